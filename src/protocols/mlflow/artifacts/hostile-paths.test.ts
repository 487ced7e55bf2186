import assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { after, before, describe, it } from "node:test";
import { type RawAnswer, type RawRequest, rawRequest } from "../../../server/testkit/raw-request.ts";
import { startTestServer, type TestServer } from "../../../server/testkit/test-server.ts";

const API = "/api/2.0/mlflow";
const PROXY = "/api/2.0/mlflow-artifacts";
const CANARY = "canary: nobody may read or change this";

/**
 * Ways out of a folder that have worked against registries before (CVE-2023-1177, -2780, -6909, -6977, 2024-1483, -1560, -1593, -3573
 * and their kin): plain, encoded once and more often, split by control characters, for Windows, absolute, hidden behind `#`, `;`, `?`
 * and schemes.
 */
function hostilePaths(directory: string): string[] {
  const target = join(directory, "canary");
  const climbs = [
    "../",
    "..%2f",
    "%2e%2e/",
    "%2e%2e%2f",
    "%252e%252e%252f",
    "%25252e%25252e%25252f",
    "..\\",
    "..%5c",
    "..%255c",
  ];
  return [
    ...climbs.flatMap((climb) => [1, 2, 3, 8].map((times) => `${climb.repeat(times)}canary`)),
    ...climbs.map((climb) => `x/${climb.repeat(2)}canary`),
    "..",
    "../",
    "x/..",
    "./../canary",
    ".//../canary",
    "%2%0952e%2%0952e%2%0952fcanary",
    "%2e%00%2e/canary",
    "..%00/canary",
    "canary%00.txt",
    target,
    `/${target}`,
    encodeURIComponent(target),
    encodeURIComponent(encodeURIComponent(target)),
    `file:${target}`,
    `file://${target}`,
    `file%3A%2F%2F${encodeURIComponent(target)}`,
    "C:/canary",
    "C:%5ccanary",
    "%5c%5chost%5cshare",
    "x%23/../../canary",
    "x%2523/../../canary",
    "..;/canary",
    "x;/../../canary",
    "x%3b%2f..%2f..%2fcanary",
    "x%3f/../../canary",
    "%ff%fe/canary",
  ];
}

describe("hostile artifact paths", () => {
  let server: TestServer;
  let run = "";
  let model = "";
  let canaries: string[] = [];
  before(async () => {
    server = await startTestServer();
    canaries = [server.directory, join(server.directory, "blobs"), join(server.directory, "blobs/sha256")].map(
      (folder) => join(folder, "canary"),
    );
    for (const canary of canaries) writeFileSync(canary, CANARY);
    run = (await server.mlflow("POST", "runs/create", { experiment_id: "0" })).body.run.info.run_id;
    model = (await server.mlflow("POST", "logged-models", { experiment_id: "0", name: "m" })).body.model.info.model_id;
    await server.mlflow("POST", "registered-models/create", { name: "m" });
    const source = `mlflow-artifacts:/0/${run}/artifacts`;
    const version = await server.mlflow("POST", "model-versions/create", { name: "m", source, run_id: run });
    assert.equal(version.status, 200, JSON.stringify(version.body));
  });
  after(() => server.close());

  const unharmed = () => {
    for (const canary of canaries) assert.equal(readFileSync(canary, "utf8"), CANARY);
    const known = new Set([
      "blobs",
      "canary",
      "lock",
      "lock-journal",
      "registry.db",
      "registry.db-shm",
      "registry.db-wal",
      "signing-key",
    ]);
    assert.deepEqual(
      readdirSync(server.directory).filter((name) => !known.has(name)),
      [],
    );
    assert.ok(!readdirSync(dirname(server.directory)).includes("canary"));
  };
  const refused = (answer: RawAnswer, what: string) => {
    assert.ok([400, 404, 501].includes(answer.status), `${what}: ${answer.status} ${answer.body}`);
    assert.ok(!answer.body.includes(CANARY), what);
    assert.ok(!answer.body.includes(basename(server.directory)) || what.includes(basename(server.directory)), what);
  };

  const inPath: Record<string, (path: string) => [string, RawRequest]> = {
    "proxy download": (path) => [`${PROXY}/artifacts/${path}`, {}],
    "proxy download below a run": (path) => [`${PROXY}/artifacts/0/${run}/artifacts/${path}`, {}],
    "proxy upload": (path) => [`${PROXY}/artifacts/${path}`, { method: "PUT", body: "overwritten" }],
    "proxy delete": (path) => [`${PROXY}/artifacts/${path}`, { method: "DELETE" }],
    "presigned download": (path) => [`${PROXY}/presigned/${path}`, {}],
  };
  const inQuery: Record<string, (path: string) => [string, RawRequest]> = {
    "proxy list": (path) => [`${PROXY}/artifacts?path=${path}`, {}],
    "run list": (path) => [`${API}/artifacts/list?run_id=${run}&path=${path}`, {}],
    "logged model list": (path) => [
      `${API}/logged-models/${model}/artifacts/directories?artifact_directory_path=${path}`,
      {},
    ],
    "logged model file": (path) => [
      `/ajax-api/2.0/mlflow/logged-models/${model}/artifacts/files?artifact_file_path=${path}`,
      {},
    ],
    "run file": (path) => [`/get-artifact?run_id=${run}&path=${path}`, {}],
    "model version file": (path) => [`/model-versions/get-artifact?name=m&version=1&path=${path}`, {}],
    "upload of the user interface": (path) => [
      `/ajax-api/2.0/mlflow/upload-artifact?run_uuid=${run}&path=${path}`,
      { method: "POST", body: "overwritten" },
    ],
  };

  for (const [name, build] of Object.entries({ ...inPath, ...inQuery })) {
    it(`does not let ${name} out of its root`, async () => {
      for (const path of hostilePaths(server.directory)) {
        // A bare space, `\` or control character cannot stand in a request line.
        const [target, options] = build(path.replaceAll("\\", "%5C"));
        const answer = await rawRequest(server.url, target, options);
        if (answer.status === 200) harmless(answer, path);
        else refused(answer, `${name} ${path}`);
      }
      unharmed();
    });
  }

  /** What was cleaned of its trick: it names something below the root, or nothing. */
  const harmless = (answer: RawAnswer, path: string) => {
    assert.ok(
      ["", "{}"].includes(answer.body.toString()) || /root_uri|presigned_url/.test(answer.body.toString()),
      `${path}: ${answer.body}`,
    );
    assert.ok(/;|%3b|%ff|%00/.test(path), `${path} was taken`);
  };

  it("does not let paths in bodies out of their root", async () => {
    for (const path of [...hostilePaths(server.directory), ".\n./canary", "..\\..\\canary", "\ud800"]) {
      for (const [target, fields] of [
        [`${API}/artifacts/presigned-upload-url`, { run_id: run, path }],
        [`${API}/artifacts/presigned-download-url`, { run_id: run, path }],
      ] as const) {
        const options = {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify(fields),
        };
        const answer = await rawRequest(server.url, target, options);
        if (answer.status === 200) harmless(answer, path);
        else refused(answer, `${target} ${path}`);
      }
    }
    unharmed();
  });

  it("opens no location that a client gave", async () => {
    const target = server.directory;
    for (const location of [
      target,
      `file://${target}`,
      `file:${target}`,
      `FILE://${target}`,
      `http:///#/../../..${target}`,
      `http://host/;..%2F..%2F${target}`,
      "http://169.254.169.254/latest/meta-data",
      "s3://bucket/key",
      `mlflow-artifacts:/../../..${target}`,
      `mlflow-artifacts:/%2e%2e/%2e%2e${target}`,
      `mlflow-artifacts:/x#/../../${target}`,
      `runs:/${run}/../../..${target}`,
      `runs:/nothing/${target}`,
      `models:/${model}/../..${target}`,
      `dbfs:${target}`,
    ]) {
      const name = `e-${location}`;
      const experiment = await server.mlflow("POST", "experiments/create", { name, artifact_location: location });
      if (experiment.status === 200) await readRunOf(experiment.body.experiment_id, location);
      for (const tags of [[], [{ key: "mlflow.prompt.is_prompt", value: "true" }]]) {
        const fields = { name: "m", source: location, tags };
        const version = await server.mlflow("POST", "model-versions/create", fields);
        if (version.status !== 200) continue;
        const number = version.body.model_version.version;
        const path = `/model-versions/get-artifact?name=m&version=${number}&path=canary`;
        refused(await rawRequest(server.url, path), location);
      }
    }
    unharmed();
  });

  async function readRunOf(experiment: string, location: string): Promise<void> {
    const created = await server.mlflow("POST", "runs/create", { experiment_id: experiment });
    const id = created.body.run.info.run_id;
    for (const path of ["canary", "../canary", "../../canary"]) {
      refused(await rawRequest(server.url, `/get-artifact?run_id=${id}&path=${path}`), location);
      const upload = `/ajax-api/2.0/mlflow/upload-artifact?run_uuid=${id}&path=${path}`;
      const answer = await rawRequest(server.url, upload, { method: "POST", body: "overwritten" });
      assert.ok(answer.status === 400, `${location}: ${answer.status} ${answer.body}`);
    }
    const { status, body } = await server.mlflow("GET", "artifacts/list", { run_id: id });
    assert.equal(status, 400, JSON.stringify(body));
  }
});
