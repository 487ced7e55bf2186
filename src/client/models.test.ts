import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { after, before, describe, it } from "node:test";
import { startTestServer, type TestServer } from "../server/testkit/test-server.ts";
import {
  AlreadyExistsError,
  DigestMismatchError,
  InvalidValueError,
  ModelRegistryClient,
  NotFoundError,
} from "./index.ts";
import type { UploadSource } from "./transfer/source.ts";

const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

describe("stored models", () => {
  let server: TestServer;
  let registry: ModelRegistryClient;
  before(async () => {
    server = await startTestServer();
    registry = new ModelRegistryClient(server.url);
  });
  after(() => server.close());

  const text = (content: string) => new Blob([content]);
  const namesOf = async (models: AsyncIterable<{ name: string; version: string }>) => {
    const names: string[] = [];
    for await (const { name, version } of models) names.push(`${name} ${version}`);
    return names;
  };

  it("are uploaded with all that is said of them", async () => {
    const bytes = randomBytes(100_000);
    const before = Date.now();
    const model = await registry.models.upload(new Blob([bytes]), {
      ...{ name: "full", version: "1.0.0", id: "model123", fileExtension: "pkl", storageGroup: "ml-models" },
      ...{ description: "Example model", framework: "scikit-learn", author: "Ada", metrics: { accuracy: 0.95 } },
      ...{ parameters: { n_estimators: 100, layers: [1, 2], kind: "tree", deep: { on: true } } },
      ...{ tags: { type: "classification" }, sha256: sha256(bytes) },
    });
    const { metadataId, storagePath, uri, creationTimestamp, lastUpdatedTimestamp, facts: _facts, ...rest } = model;
    assert.deepEqual(rest, {
      ...{
        id: "model123",
        name: "full",
        version: "1.0.0",
        versionNumber: 1,
        fileName: "full.pkl",
        fileExtension: "pkl",
      },
      ...{ storageGroup: "ml-models", description: "Example model", framework: "scikit-learn", author: "Ada" },
      ...{ metrics: { accuracy: 0.95 }, tags: { type: "classification" }, isFolder: false, size: 100_000 },
      ...{ parameters: { n_estimators: 100, layers: [1, 2], kind: "tree", deep: { on: true } } },
      ...{ sha256: sha256(bytes), stage: "None", aliases: [] },
    });
    assert.match(metadataId, /^\d+$/);
    assert.match(storagePath ?? "", /^registered-models\/ml-models\/[0-9a-f]{32}\/full\.pkl$/);
    assert.equal(uri, `${server.url}/api/v1/models/${metadataId}/files/full.pkl`);
    assert.ok(creationTimestamp >= before && lastUpdatedTimestamp >= creationTimestamp);
    assert.deepEqual(await registry.models.get(metadataId), model);
    assert.deepEqual(await registry.models.get("model123"), model);
  });

  const pieces = [Buffer.from("abc"), Buffer.from(""), Buffer.from("defg")];
  const sources: Record<string, () => UploadSource> = {
    "a blob": () => text("abcdefg"),
    bytes: () => new TextEncoder().encode("abcdefg"),
    "an array buffer": () => new TextEncoder().encode("abcdefg").buffer,
    "a stream": () => ReadableStream.from(pieces),
    "an async iterable": async function* () {
      yield* pieces;
    },
  };
  for (const [kind, source] of Object.entries(sources)) {
    it(`can come from ${kind}`, async () => {
      const { metadataId, size } = await registry.models.upload(source(), { name: "sources" });
      assert.equal(size, 7);
      const download = await registry.models.download(metadataId);
      assert.equal(Buffer.from(await download.bytes()).toString(), "abcdefg");
    });
  }

  it("can be empty", async () => {
    for (const source of [text(""), new Uint8Array(0), ReadableStream.from([])]) {
      const { metadataId, size } = await registry.models.upload(source, { name: "empty" });
      assert.equal(size, 0);
      assert.equal((await (await registry.models.download(metadataId)).bytes()).byteLength, 0);
    }
  });

  it("have the extension of a file's name, unless another is said", async () => {
    const extensionOf = async (name: string, fileExtension?: string) =>
      (await registry.models.upload(new File(["x"], name), { name: "named", ...(fileExtension && { fileExtension }) }))
        .fileExtension;
    assert.equal(await extensionOf("weights.safetensors"), "safetensors");
    assert.equal(await extensionOf("weights.safetensors", "st"), "st");
    assert.equal(await extensionOf(".profile"), "bin");
  });

  it("are listed page by page, the newest first, and found by what is said of them", async () => {
    for (const version of ["1", "2", "3"]) {
      const framework = version === "2" ? "onnx" : "keras";
      const model = {
        name: "listed",
        version,
        framework,
        storageGroup: "lists",
        tags: { number: version, team: "a=b&c" },
      };
      await registry.models.upload(text(version), {
        ...model,
        id: `listed-${version}`,
        description: `Wine ${version}`,
      });
    }
    const { models } = registry;
    assert.deepEqual(await namesOf(models.list({ name: "listed" }, { pageSize: 1 })), [
      "listed 3",
      "listed 2",
      "listed 1",
    ]);
    for (const filter of [
      ...[{ version: "2", name: "listed" }, { id: "listed-2" }, { framework: "onnx", storageGroup: "lists" }],
      ...[{ tags: { number: "2", team: "a=b&c" } }, { search: "wINE 2" }],
    ]) {
      assert.deepEqual(await namesOf(models.list(filter)), ["listed 2"], JSON.stringify(filter));
    }
    assert.deepEqual(await namesOf(models.list({ name: "nobody" })), []);
  });

  it("are changed by what is given, and null removes", async () => {
    const { metadataId } = await registry.models.upload(text("x"), {
      ...{ name: "changed", description: "old", metrics: { a: 1, b: 2 }, tags: { keep: "1", drop: "2" } },
    });
    const changed = await registry.models.update(metadataId, {
      ...{ description: null, framework: "onnx", metrics: { a: null, c: 3 }, parameters: { depth: 4 } },
    });
    assert.equal(changed.description || null, null);
    assert.equal(changed.framework, "onnx");
    assert.deepEqual(changed.metrics, { b: 2, c: 3 });
    assert.deepEqual(changed.parameters, { depth: 4 });
    const tagged = await registry.models.setTags(metadataId, { keep: "3", more: "4" });
    assert.deepEqual(tagged.tags, { keep: "3", drop: "2", more: "4" });
    for (let time = 0; time < 2; time++) {
      assert.deepEqual((await registry.models.deleteTag(metadataId, "drop")).tags, { keep: "3", more: "4" });
    }
  });

  it("are gone when they are deleted", async () => {
    const { metadataId } = await registry.models.upload(text("x"), { name: "deleted" });
    await registry.models.delete(metadataId);
    for (const operation of ["get", "delete", "download", "files"] as const) {
      await assert.rejects(registry.models[operation](metadataId), NotFoundError, operation);
    }
  });

  it("are downloaded as a stream, as a blob and in part", async () => {
    const bytes = randomBytes(300_000);
    const { metadataId, fileName } = await registry.models.upload(bytes, { name: "weiß & rot", fileExtension: "onnx" });
    const download = await registry.models.download(metadataId);
    assert.equal(download.fileName, fileName);
    assert.equal(download.size, 300_000);
    assert.equal(download.sha256, sha256(bytes));
    const received: Uint8Array[] = [];
    for await (const piece of download.stream) received.push(piece);
    assert.deepEqual(Buffer.concat(received), bytes);
    const blob = await (await registry.models.download(metadataId)).blob();
    assert.deepEqual(Buffer.from(await blob.arrayBuffer()), bytes);
    for (const [range, expected] of [
      [{ start: 10, end: 20 }, bytes.subarray(10, 20)],
      [{ start: 299_990 }, bytes.subarray(299_990)],
      [{ start: 0 }, bytes],
    ] as const) {
      const part = await registry.models.download(metadataId, { range });
      assert.deepEqual(Buffer.from(await part.bytes()), expected);
    }
    await assert.rejects(registry.models.download(metadataId, { range: { start: 400_000 } }), { code: "range" });
  });

  it("have files, each of which can be downloaded", async () => {
    const { metadataId } = await registry.models.upload(text("abc"), { name: "files", fileExtension: "txt" });
    const files = await registry.models.files(metadataId);
    const url = `${server.url}/api/v1/models/${metadataId}/files/files.txt`;
    assert.deepEqual(files, [{ path: "files.txt", size: 3, sha256: sha256(Buffer.from("abc")), url }]);
    const file = await registry.models.downloadFile(metadataId, "files.txt");
    assert.equal(await (await file.blob()).text(), "abc");
    await assert.rejects(registry.models.downloadFile(metadataId, "other.txt"), NotFoundError);
  });

  it("tell progress", async () => {
    const bytes = randomBytes(1_000_000);
    const seen: number[] = [];
    const onProgress = ({ bytes, total }: { bytes: number; total: number | undefined }) => {
      assert.equal(total, 1_000_000);
      seen.push(bytes);
    };
    const { metadataId } = await registry.models.upload(bytes, { name: "progress" }, { onProgress });
    assert.deepEqual(seen.splice(0), [1_000_000]);
    await (await registry.models.download(metadataId, { onProgress })).bytes();
    assert.equal(seen.at(-1), 1_000_000);
    assert.deepEqual(
      seen,
      seen.toSorted((one, other) => one - other),
    );
  });

  it("are refused with a typed error that says what is wrong", async () => {
    const model = { name: "refused", version: "1", id: "refused-1" };
    await registry.models.upload(text("x"), model);
    await assert.rejects(registry.models.upload(text("x"), { ...model, id: "refused-2" }), (error) => {
      assert.ok(error instanceof AlreadyExistsError);
      assert.deepEqual([error.code, error.status, error.field], ["already-exists", 409, "version"]);
      return true;
    });
    await assert.rejects(registry.models.upload(text("x"), { ...model, version: "2" }), { field: "id" });
    await assert.rejects(registry.models.upload(text("x"), { name: "refused", storageGroup: "../up" }), (error) => {
      assert.ok(error instanceof InvalidValueError);
      assert.equal(error.field, "storage_group");
      return true;
    });
    const promised = registry.models.upload(text("x"), { name: "refused", sha256: "0".repeat(64) });
    await assert.rejects(promised, DigestMismatchError);
    assert.deepEqual(await namesOf(registry.models.list({ name: "refused" })), ["refused 1"]);
  });

  it("are not asked for once the signal has aborted", async () => {
    const signal = AbortSignal.abort(new Error("not now"));
    const expected = { message: "not now" };
    await assert.rejects(registry.models.upload(text("x"), { name: "aborted" }, { signal }), expected);
    await assert.rejects(registry.models.get("1", { signal }), expected);
    await assert.rejects(registry.models.download("1", { signal }), expected);
    await assert.rejects(registry.models.list({}, { signal }).next(), expected);
    assert.deepEqual(await namesOf(registry.models.list({ name: "aborted" })), []);
  });
});
