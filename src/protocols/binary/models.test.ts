import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { startTestServer, type TestAnswer, type TestServer } from "../../server/testkit/test-server.ts";

const METADATA = {
  id: "model123",
  name: "example_model",
  version: "1.0.0",
  file_extension: "pkl",
  storage_group: "ml-models",
  description: "Example model",
  framework: "scikit-learn",
  author: "Ada",
  metrics: { accuracy: 0.95 },
  parameters: { n_estimators: 100, solver: "lbfgs", deep: { a: [1] }, warm: true },
  tags: { type: "classification" },
};

const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

describe("stored models", () => {
  let server: TestServer;
  before(async () => {
    server = await startTestServer();
  });
  after(() => server.close());

  async function request(method: string, path: string, init: RequestInit = {}): Promise<TestAnswer> {
    const response = await fetch(`${server.url}/api/v1/${path}`, { method, ...init });
    const text = await response.text();
    return { status: response.status, body: text && JSON.parse(text) };
  }
  const upload = (metadata: object, bytes: Uint8Array, headers: Record<string, string> = {}) =>
    request("POST", `models?${new URLSearchParams({ metadata: JSON.stringify(metadata) })}`, {
      body: bytes,
      headers: { "content-type": "application/octet-stream", ...headers },
    });
  const blobs = () =>
    readdirSync(join(server.directory, "blobs"), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ name }) => name);

  it("keeps a model and gives it back by the way the earlier registry did", async () => {
    const bytes = randomBytes(300_000);
    const { status, body } = await upload(METADATA, bytes);
    assert.equal(status, 201, JSON.stringify(body));
    const { metadata_id, storage_path, creation_timestamp, last_updated_timestamp, ...rest } = body;
    assert.match(storage_path, /^registered-models\/ml-models\/[0-9a-f]{32}\/example_model\.pkl$/);
    assert.ok(Math.abs(creation_timestamp - Date.now()) < 60_000);
    assert.equal(last_updated_timestamp, creation_timestamp);
    assert.deepEqual(rest, {
      ...METADATA,
      _id: metadata_id,
      version_number: 1,
      file_name: "example_model.pkl",
      is_folder: false,
      size: bytes.length,
      sha256: sha256(bytes),
      uri: `${server.url}/api/v1/models/${metadata_id}/files/example_model.pkl`,
      stage: "None",
      aliases: [],
      facts: rest.facts,
    });
    for (const id of [metadata_id, "model123"]) {
      assert.deepEqual((await request("GET", `models/${id}`)).body, body);
    }
    const place = new URLSearchParams({ storage_path, metadata_id, storage_group: "ml-models" });
    for (const path of [
      `models/download?${place}`,
      `models/${metadata_id}/content`,
      `models/model123/files/example_model.pkl`,
    ]) {
      const response = await fetch(`${server.url}/api/v1/${path}`);
      assert.equal(response.status, 200, path);
      assert.equal(response.headers.get("etag"), `"${sha256(bytes)}"`);
      assert.deepEqual(Buffer.from(await response.arrayBuffer()), bytes);
      const head = await fetch(`${server.url}/api/v1/${path}`, { method: "HEAD" });
      assert.equal(head.headers.get("content-length"), String(bytes.length));
    }
    assert.deepEqual(Buffer.from(await (await fetch(rest.uri)).arrayBuffer()), bytes);
  });

  it("is a registered model version for MLflow and for Kubeflow", async () => {
    const { body: stored } = await upload({ ...METADATA, id: "seen", name: "seen" }, Buffer.from("bytes"));
    const { body: mlflow } = await server.mlflow("GET", "model-versions/get", { name: "seen", version: "1" });
    assert.deepEqual(
      [mlflow.model_version.source, mlflow.model_version.description, mlflow.model_version.status],
      [stored.uri, "Example model", "READY"],
    );
    assert.ok(mlflow.model_version.tags.some((tag: object) => JSON.stringify(tag).includes("classification")));
    const location = await server.mlflow("GET", "model-versions/get-download-uri", { name: "seen", version: "1" });
    assert.match(location.body.artifact_uri, /^mlflow-artifacts:\/registered-models\/ml-models\/[0-9a-f]{32}$/);
    const version = (await server.kubeflow("GET", `model_versions/${stored.metadata_id}`)).body;
    assert.deepEqual([version.name, version.externalId, version.state], ["1.0.0", "seen", "LIVE"]);
    const { items } = (await server.kubeflow("GET", `model_versions/${stored.metadata_id}/artifacts`)).body;
    const model = items.find((item: { artifactType: string }) => item.artifactType === "model-artifact");
    assert.deepEqual([model.uri, model.modelFormatName], [stored.uri, "scikit-learn"]);
    assert.equal(items.find((item: { artifactType: string }) => item.artifactType === "metric").value, 0.95);
    const { customProperties: _, ...unchanged } = model;
    await server.kubeflow("PATCH", `model_artifacts/${model.id}`, {
      uri: unchanged.uri,
      description: "sent back whole",
    });
    const again = await server.mlflow("GET", "model-versions/get-download-uri", { name: "seen", version: "1" });
    assert.deepEqual(again.body, location.body);
  });

  it("numbers the versions of a model, and takes the number as the name where none is given", async () => {
    for (const [number, version, name] of [
      [1, undefined, "1"],
      [2, "3", "3"],
      [3, undefined, "3.1"],
    ] as const) {
      const { body } = await upload({ name: "numbered", ...(version && { version }) }, randomBytes(10));
      assert.deepEqual([body.version_number, body.version], [number, name]);
    }
  });

  it("changes what may change, key by key", async () => {
    const { body } = await upload({ ...METADATA, id: "changing", name: "changing" }, randomBytes(10));
    const changes = {
      description: null,
      framework: "xgboost",
      metrics: { accuracy: null, f1: 0.5 },
      parameters: { n_estimators: 200, solver: null },
      tags: { type: "ranking", team: "search" },
    };
    const { status, body: changed } = await request("PATCH", "models/changing", { body: JSON.stringify(changes) });
    assert.equal(status, 200, JSON.stringify(changed));
    assert.deepEqual(
      [changed.framework, changed.metrics, changed.parameters, changed.tags, changed.sha256],
      [
        "xgboost",
        { f1: 0.5 },
        { n_estimators: 200, deep: { a: [1] }, warm: true },
        { type: "ranking", team: "search" },
        body.sha256,
      ],
    );
    assert.ok(!changed.description);
    assert.deepEqual((await request("GET", "models/changing")).body, changed);
  });

  it("lists newest first, by what is asked for, in pages", async () => {
    for (let index = 0; index < 5; index++) {
      await upload(
        { name: `listed-${index}`, version: `v${index % 2}`, storage_group: "list", tags: { n: String(index) } },
        randomBytes(5),
      );
    }
    const names = async (query: string) =>
      (await request("GET", `models?${query}`)).body.models.map(({ name }: { name: string }) => name);
    assert.deepEqual(await names("storage_group=list&version=v1"), ["listed-3", "listed-1"]);
    assert.deepEqual(await names("tag.n=2"), ["listed-2"]);
    assert.deepEqual(await names("search=LISTED-4"), ["listed-4"]);
    assert.deepEqual(await names("name=listed-0"), ["listed-0"]);
    assert.deepEqual(await names("search=%25"), []);
    const seen: string[] = [];
    for (let token: string | undefined = ""; token !== undefined; ) {
      const { body } = await request("GET", `models?storage_group=list&page_size=2&page_token=${token}`);
      seen.push(...body.models.map(({ name }: { name: string }) => name));
      token = body.next_page_token;
    }
    assert.deepEqual(
      seen,
      [4, 3, 2, 1, 0].map((index) => `listed-${index}`),
    );
  });

  it("keeps the same bytes once, until the last reference goes", async () => {
    const bytes = randomBytes(1000);
    const [first, second] = [await upload({ name: "twice" }, bytes), await upload({ name: "twice" }, bytes)];
    const kept = () => blobs().filter((name) => name === sha256(bytes)).length;
    assert.equal(kept(), 1);
    assert.equal((await request("DELETE", `models/${first.body.metadata_id}`)).status, 204);
    assert.equal(kept(), 1);
    assert.deepEqual(Buffer.from(await (await fetch(second.body.uri)).arrayBuffer()), bytes);
    assert.equal((await request("DELETE", `models/${second.body.metadata_id}`)).status, 204);
    assert.equal(kept(), 0);
    for (const path of [`models/${second.body.metadata_id}`, `models/${second.body.metadata_id}/content`]) {
      assert.equal((await request("GET", path)).status, 404);
    }
  });

  it("keeps the files of a copy that MLflow has made, when the original goes", async () => {
    const bytes = randomBytes(1000);
    const { body } = await upload({ name: "original" }, bytes);
    await server.mlflow("POST", "registered-models/create", { name: "copy" });
    const copied = await server.mlflow("POST", "model-versions/create", { name: "copy", source: "models:/original/1" });
    assert.equal(copied.status, 200, JSON.stringify(copied.body));
    await request("DELETE", `models/${body.metadata_id}`);
    const [copy] = (await request("GET", "models?name=copy")).body.models;
    assert.equal(copy.sha256, sha256(bytes));
    assert.deepEqual(
      Buffer.from(await (await fetch(`${server.url}/api/v1/models/${copy.metadata_id}/content`)).arrayBuffer()),
      bytes,
    );
    await request("DELETE", `models/${copy.metadata_id}`);
    assert.ok(!blobs().includes(sha256(bytes)));
  });

  it("removes the files with what Kubeflow's clients remove for good", async () => {
    const bytes = [randomBytes(1000), randomBytes(1000)];
    const [first] = [
      await upload({ name: "purged" }, bytes[0] as Buffer),
      await upload({ name: "purged" }, bytes[1] as Buffer),
    ];
    const kept = () => bytes.map((content) => blobs().includes(sha256(content)));
    const version = `model_versions/${first.body.metadata_id}`;
    await server.kubeflow("PATCH", version, { state: "ARCHIVED" });
    assert.equal((await request("GET", `models/${first.body.metadata_id}`)).status, 404);
    assert.deepEqual(kept(), [true, true]);
    assert.equal((await server.kubeflow("DELETE", version)).status, 204);
    assert.deepEqual(kept(), [false, true]);
    const { id } = (await server.kubeflow("GET", "registered_model?name=purged")).body;
    await server.kubeflow("PATCH", `registered_models/${id}`, { state: "ARCHIVED" });
    assert.equal((await server.kubeflow("DELETE", `registered_models/${id}`)).status, 204);
    assert.deepEqual(kept(), [false, false]);
  });

  it("checks the digest that a client promises, and keeps nothing of other bytes", async () => {
    const bytes = randomBytes(100);
    const wrong = sha256(randomBytes(1));
    const before = blobs().length;
    const refusals = [
      await upload({ name: "promised", sha256: wrong }, bytes),
      await upload({ name: "promised" }, bytes, {
        "repr-digest": `sha-256=:${Buffer.from(wrong, "hex").toString("base64")}:`,
      }),
    ];
    for (const { status, body } of refusals) assert.deepEqual([status, body.code], [400, "digest-mismatch"]);
    assert.equal(blobs().length, before);
    assert.equal((await request("GET", "models?name=promised")).body.models.length, 0);
    assert.equal((await server.mlflow("GET", "registered-models/get", { name: "promised" })).status, 404);
    const header = `sha-512=:x:, sha-256=:${Buffer.from(sha256(bytes), "hex").toString("base64")}:`;
    assert.equal((await upload({ name: "promised" }, bytes, { "content-digest": header })).status, 201);
  });

  it("takes a form, with its parts in any order", async () => {
    const bytes = randomBytes(100_000);
    const file = new File([bytes], "local.onnx");
    const texts = Object.entries({ name: "form", version: "1", metrics: '{"a": 1}', tags: '{"t": "u"}' });
    for (const [index, order] of [
      [...texts, ["file", file] as const],
      [["file", file] as const, ...texts.map(([name, value]) => [name, name === "version" ? "2" : value] as const)],
      [["metadata", JSON.stringify({ name: "form", version: "3" })] as const, ["file", file] as const],
    ].entries()) {
      const form = new FormData();
      for (const [name, value] of order) form.append(name, value);
      const { status, body } = await request("POST", "models", { body: form });
      assert.equal(status, 201, JSON.stringify(body));
      assert.deepEqual([body.version, body.sha256, body.file_name], [String(index + 1), sha256(bytes), "form.onnx"]);
    }
  });

  it("refuses forms that are cut off, lack the file or have two, and keeps nothing of them", async () => {
    const before = blobs().sort();
    const part = (name: string, extra = "", content = "x") =>
      `--b\r\nContent-Disposition: form-data; name="${name}"${extra}\r\n\r\n${content}\r\n`;
    const file = part("file", '; filename="f.pkl"', "bytes of a file");
    for (const body of [
      `${part("name")}--b--`,
      `${part("name")}${file}${file}--b--`,
      `${part("name")}${file}`,
      `${part("name")}${file.slice(0, -8)}`,
      `${file}--b--`,
      `${part("metadata", "", "{")}${file}--b--`,
      "",
    ]) {
      const answer = await request("POST", "models", {
        body,
        headers: { "content-type": "multipart/form-data; boundary=b" },
      });
      assert.deepEqual([answer.status, answer.body.code], [400, "invalid-value"], JSON.stringify([body, answer.body]));
    }
    assert.deepEqual(blobs().sort(), before);
  });

  it("refuses what is wrong, says why, and changes nothing", async () => {
    await upload({ ...METADATA, id: "taken", name: "taken" }, Buffer.from("x"));
    const before = [blobs().sort(), (await request("GET", "models?page_size=1000")).body];
    for (const [metadata, status, code, field] of [
      [{}, 400, "invalid-value", "name"],
      [{ name: "" }, 400, "invalid-value", "name"],
      [{ name: "a/b" }, 400, "invalid-value", "name"],
      [{ name: 5 }, 400, "invalid-value", "name"],
      [{ name: "a", storage_group: "../x" }, 400, "invalid-value", "storage_group"],
      [{ name: "a", storage_group: "%2e%2e" }, 400, "invalid-value", "storage_group"],
      [{ name: "a", file_extension: "../../x" }, 400, "invalid-value", "file_extension"],
      [{ name: "a", metrics: { m: "high" } }, 400, "invalid-value", "metrics"],
      [{ name: "a", metrics: [] }, 400, "invalid-value", "metrics"],
      [{ name: "a", tags: { t: 1 } }, 400, "invalid-value", "tags"],
      [{ name: "a", tags: { "modelregistry.facts": "{}" } }, 400, "invalid-value", "tags"],
      [{ name: "a", colour: "red" }, 400, "invalid-value", "colour"],
      [{ name: "a", sha256: "12" }, 400, "invalid-value", "sha256"],
      [{ name: "other", id: "taken" }, 409, "already-exists", "id"],
      [{ name: "taken", version: "1.0.0" }, 409, "already-exists", "version"],
    ] as const) {
      const { status: answered, body } = await upload(metadata, randomBytes(10));
      assert.deepEqual([answered, body.code, body.field], [status, code, field], JSON.stringify([metadata, body]));
    }
    for (const [method, path, body, status] of [
      ["GET", "models/999999", undefined, 404],
      ["GET", "models?page_size=0", undefined, 400],
      ["GET", "models?colour=red", undefined, 400],
      ["GET", "models?page_token=x", undefined, 400],
      ["PATCH", "models/taken", "{", 400],
      ["PATCH", "models/taken", '{"name": "other"}', 400],
      ["PATCH", "models/taken", '{"tags": {"modelregistry.format": "safe"}}', 400],
      ["DELETE", "models/999999", undefined, 404],
      ["GET", "models/download?storage_path=x", undefined, 400],
      ["GET", "models/taken/files/..%2f..%2flock", undefined, 400],
      ["GET", "models/taken/files/other.pkl", undefined, 404],
      ["GET", "nothing", undefined, 404],
    ] as const) {
      const answer = await request(method, path, body === undefined ? {} : { body });
      assert.equal(answer.status, status, `${method} ${path}: ${JSON.stringify(answer.body)}`);
      assert.ok(answer.body.detail.length > 10, answer.body.detail);
    }
    assert.deepEqual([blobs().sort(), (await request("GET", "models?page_size=1000")).body], before);
  });

  it("gives out a file only where path, id and group belong together", async () => {
    const { body } = await upload({ name: "together", storage_group: "one" }, randomBytes(10));
    const { storage_path, metadata_id } = body;
    for (const wrong of [
      { storage_path, metadata_id, storage_group: "two" },
      { storage_path: storage_path.replace("one", "two"), metadata_id, storage_group: "one" },
      { storage_path, metadata_id: "1", storage_group: "one" },
      { storage_path: "../../registry.db", metadata_id, storage_group: "one" },
    ]) {
      const answer = await request("GET", `models/download?${new URLSearchParams(wrong)}`);
      assert.deepEqual([answer.status, answer.body.code], [404, "not-found"], JSON.stringify(wrong));
    }
  });

  it("lets nobody change the files of a version by other ways", async () => {
    const bytes = randomBytes(10);
    const { body } = await upload({ name: "fixed" }, bytes);
    const proxy = `${server.url}/api/2.0/mlflow-artifacts/artifacts/${body.storage_path}`;
    for (const [method, path] of [
      ["PUT", proxy],
      ["DELETE", proxy],
      ["PUT", `${proxy}.sig`],
    ] as const) {
      const response = await fetch(path, { method, ...(method === "PUT" && { body: "other" }) });
      assert.equal(response.status, 400, `${method} ${path}: ${await response.text()}`);
    }
    assert.deepEqual(Buffer.from(await (await fetch(proxy)).arrayBuffer()), bytes);
  });
});
