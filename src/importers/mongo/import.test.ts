import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach, describe, it } from "node:test";
import { Decimal128, Double, Long, ObjectId } from "mongodb";
import { inParallel } from "../../core/in-parallel.ts";
import { openRegistry, openRegistryCopy } from "../../server/registry.ts";
import { type ServerProcess, startServerProcess } from "../../server/testkit/server-process.ts";
import { ImportReport } from "../report.ts";
import { SourceError } from "../source-error.ts";
import { DocumentSource } from "./documents.ts";
import { importFromMongo } from "./import.ts";
import { IMPORT_KINDS } from "./kinds.ts";
import { ObjectSource } from "./objects.ts";
import { type EarlierRegistry, startEarlierRegistry } from "./testkit/earlier-registry.ts";
import { type ObjectProxy, startObjectProxy } from "./testkit/object-proxy.ts";

const MEBIBYTE = 1024 * 1024;
const folder = mkdtempSync(join(tmpdir(), "modelregistry-import-"));
after(() => rmSync(folder, { recursive: true, force: true }));
let folders = 0;
const newFolder = () => join(folder, String(++folders));

let earlier: EarlierRegistry;
let proxy: ObjectProxy;
before(async () => {
  earlier = await startEarlierRegistry();
  proxy = await startObjectProxy(earlier.objects.endpoint);
});
after(async () => {
  proxy.close();
  await earlier.close();
});
beforeEach(async () => {
  await earlier.mongo.collection.deleteMany({});
  proxy.interfere = () => undefined;
  proxy.reads.length = 0;
});

/** Imports into a data folder; `dryRun` leaves the bytes. */
async function importInto(data: string, { dryRun = false } = {}): Promise<ImportReport> {
  const documents = await DocumentSource.open({ url: earlier.mongo.url, collection: "models" });
  const { accessKeyId, secretAccessKey } = earlier.objects;
  const objects = new ObjectSource({
    endpoint: proxy.url,
    region: "us-east-1",
    credentials: { accessKeyId, secretAccessKey },
  });
  const registry = await (dryRun ? openRegistryCopy(data) : openRegistry(data));
  const report = new ImportReport(IMPORT_KINDS);
  const options = { sourceName: "earlier", defaultBucket: "models", publicUrl: "http://registry", dryRun, report };
  try {
    await importFromMongo(registry.context, documents, objects, { ...options, onProgress: () => undefined });
  } finally {
    await registry.close();
    objects.close();
    await documents.close();
  }
  return report;
}

/** Runs `work` beside a server on a data folder. */
async function withServer<T>(
  data: string,
  work: (get: typeof getJson, server: ServerProcess) => Promise<T>,
): Promise<T> {
  const server = await startServerProcess(data);
  try {
    return await work((path) => getJson(`${server.url}${path}`), server);
  } finally {
    await server.kill();
  }
}

// biome-ignore lint/suspicious/noExplicitAny: tests look into answers whose shape is what they test
async function getJson(url: string): Promise<any> {
  const response = await fetch(url);
  assert.equal(response.status, 200, `${url} ${await response.clone().text()}`);
  return response.json();
}

async function getBytes(url: string): Promise<Buffer> {
  const response = await fetch(url);
  assert.equal(response.status, 200, url);
  return Buffer.from(await response.arrayBuffer());
}

const downloadPath = (id: unknown, group: string, path: string) =>
  `/api/v1/models/download?${new URLSearchParams({ metadata_id: String(id), storage_group: group, storage_path: path })}`;

const countsOf = (report: ImportReport) => report.counts.get("model");
const METADATA = { name: "net", version: "1.0.0", file_extension: "pkl", storage_group: "ml-models" };

describe("an import from MongoDB and S3", () => {
  it("copies everything under the old ids and paths, for the clients of every API", async () => {
    const bytes = randomBytes(70_000);
    const time = new Date("2024-02-03T04:05:06.789Z");
    const described = {
      ...{ description: "An example", framework: "scikit-learn", metrics: { accuracy: 0.95, loss: new Double(2) } },
      parameters: { n_estimators: 100, seed: Long.fromString("9007199254740993"), grid: { c: [1, 2] }, depth: null },
      tags: { type: "classification", year: 2024 },
    };
    const fields = {
      registration_time: time,
      author: "grace",
      owner: "ana",
      reviewed: true,
      price: Decimal128.fromString("1.10"),
    };
    const id = await earlier.register({ ...METADATA, id: "model123", ...described }, bytes, fields);
    const data = newFolder();
    const report = await importInto(data);
    assert.deepEqual([report.notCopied, report.incomplete, report.differences], [[], [], []]);
    assert.equal(report.bytes, 70_000);
    await withServer(data, async (get, { url }) => {
      const { uri, parameters, tags, ...model } = await get(`/api/v1/models/${id}`);
      assert.partialDeepStrictEqual(model, {
        ...{ _id: "1", id: "model123", name: "net", version: "1.0.0", version_number: 1, author: "grace" },
        ...{ file_name: "net.pkl", file_extension: "pkl", storage_group: "ml-models", size: 70_000 },
        ...{ description: "An example", framework: "scikit-learn", metrics: { accuracy: 0.95, loss: 2 } },
        creation_timestamp: time.getTime(),
      });
      // A large number is exact in the text of the answer.
      assert.deepEqual(parameters, { n_estimators: 100, seed: 9007199254740992, grid: { c: [1, 2] } });
      const expected = { type: "classification", year: "2024", owner: "ana", reviewed: "true", price: "1.10" };
      assert.deepEqual(tags, expected);
      assert.equal(uri, "http://registry/api/v1/models/1/files/net.pkl");
      const old = downloadPath(id, "ml-models", "model123_net_1.0.0.pkl");
      assert.deepEqual(await getBytes(`${url}${old}`), bytes);
      assert.equal((await fetch(`${url}${old.replace("net_1", "net_2")}`)).status, 404);
      assert.deepEqual(await getBytes(`${url}/api/v1/models/model123/content`), bytes);
      const native = await get("/api/2.0/mlflow/model-versions/get?name=net&version=1");
      assert.equal(native.model_version.creation_timestamp, time.getTime());
      assert.match(native.model_version.source, /models\/1\/files\/net\.pkl$/);
      const [version] = (await get("/api/model_registry/v1alpha3/model_versions")).items;
      assert.deepEqual([version.externalId, version.name], ["model123", "1.0.0"]);
      assert.deepEqual(version.customProperties.year, { metadataType: "MetadataIntValue", int_value: "2024" });
      assert.deepEqual(version.customProperties.reviewed, { metadataType: "MetadataBoolValue", bool_value: true });
      const [artifact] = (
        await get(`/api/model_registry/v1alpha3/model_versions/1/artifacts?artifactType=model-artifact`)
      ).items;
      assert.equal(artifact.modelFormatName, "scikit-learn");
      assert.equal((await fetch(`${url}/api/v1/models/${id}`, { method: "DELETE" })).status, 204);
      assert.equal((await fetch(`${url}/api/v1/models/model123`)).status, 404);
    });
  });

  it("copies 300 documents of many shapes, each with its bytes; a second run copies nothing", async () => {
    const expected = await registerMany(300);
    const data = newFolder();
    const report = await importInto(data);

    assert.deepEqual([report.notCopied, report.incomplete], [[], []]);
    assert.deepEqual(countsOf(report), { found: 300, copied: 300, alreadyThere: 0, notCopied: 0 });
    const reads = proxy.reads.length;
    const again = await importInto(data);
    assert.deepEqual(countsOf(again), { found: 300, copied: 0, alreadyThere: 300, notCopied: 0 });
    assert.equal(proxy.reads.length, reads);
    await withServer(data, async (get, { url }) => {
      await inParallel(8, expected, async ({ id, name, bytes, group, path }) => {
        const model = await get(`/api/v1/models/${encodeURIComponent(String(id))}`);
        assert.equal(model.name, name);
        assert.deepEqual(await getBytes(`${url}${downloadPath(id, group, path)}`), bytes, String(id));
      });
      const { models } = await get("/api/v1/models?page_size=1000");
      assert.equal(models.length, 300);
    });
  });

  interface Expected {
    id: unknown;
    name: string;
    bytes: Buffer;
    group: string;
    path: string;
  }

  async function registerMany(count: number): Promise<Expected[]> {
    const shapes: ((index: number) => { metadata?: object; fields?: object; group?: string; path?: string })[] = [
      () => ({}),
      (index) => ({ fields: { _id: `text id ${index}/ä` } }),
      () => ({ fields: { registration_time: undefined, storage_info: undefined } }),
      () => ({ fields: { registration_time: undefined, created_at: "2023-05-06T07:08:09", updated_at: new Date() } }),
      () => ({ metadata: { description: null, framework: null, metrics: null, parameters: null, tags: null } }),
      () => ({ metadata: { storage_group: "models" }, fields: { storage_group: undefined }, group: "models" }),
      (index) => ({
        metadata: { id: `shared ${index % 3}` },
        fields: { nested: { a: [1, { b: null }] }, labels: ["x"] },
      }),
      () => ({ fields: { storage_path: undefined } }),
    ];
    return inParallel(8, Array.from({ length: count }).keys().toArray(), async (index) => {
      const shape = shapes[index % shapes.length]?.(index) ?? {};
      const metadata = {
        ...METADATA,
        id: `m${index}`,
        name: `net ${index % 20}`,
        version: `1.${index}`,
        ...shape.metadata,
      };
      const bytes = randomBytes(1 + index * 50);
      const id = await earlier.register(metadata, bytes, shape.fields);
      const path = `${metadata.id}_${metadata.name}_${metadata.version}.pkl`;
      return { id, name: metadata.name, bytes, group: shape.group ?? "ml-models", path };
    });
  }

  it("numbers the versions of a model in the order in which they were registered, whatever their sizes", async () => {
    const sizes = [3_000_000, 10, 500_000, 20, 1_000_000, 30];
    for (const [index, size] of sizes.entries()) {
      const fields = { registration_time: new Date(1_700_000_000_000 + index) };
      await earlier.register({ ...METADATA, id: `m${index}`, version: `v${index}` }, randomBytes(size), fields);
    }
    const data = newFolder();
    await importInto(data);
    await withServer(data, async (get) => {
      const { models } = await get("/api/v1/models");
      const numbers = models.map((model: { version: string; version_number: number }) => [
        model.version,
        model.version_number,
      ]);
      assert.deepEqual(
        numbers.toSorted(),
        sizes.map((_, index) => [`v${index}`, index + 1]),
      );
      const { registered_model } = await get("/api/2.0/mlflow/registered-models/get?name=net");
      assert.equal(registered_model.creation_timestamp, 1_700_000_000_000);
      assert.equal(registered_model.last_updated_timestamp, 1_700_000_000_005);
    });
  });

  it("keeps what was registered twice apart, and says so", async () => {
    const first = await earlier.register({ ...METADATA, id: "m" }, randomBytes(10), { registration_time: new Date(1) });
    const bytes = randomBytes(20);
    const second = await earlier.register({ ...METADATA, id: "m" }, bytes, { registration_time: new Date(2) });
    const data = newFolder();
    const { differences } = await importInto(data);
    assert.deepEqual(
      differences.map(({ id, difference }) => [id, difference.replace(/[0-9a-f]{24}/, "<id>")]),
      [
        [String(first), "its object was overwritten when <id> was registered: both have those bytes"],
        [String(second), 'its version is "1.0.0.1" here, because the model has a version "1.0.0"'],
        [
          String(second),
          'its id "m" is that of another version too, which answers to it here: ask for this one by its _id',
        ],
      ],
    );
    await withServer(data, async (get, { url }) => {
      const [one, two] = [await get(`/api/v1/models/${first}`), await get(`/api/v1/models/${second}`)];
      assert.deepEqual([one.version, one.id, two.version, two.id], ["1.0.0", "m", "1.0.0.1", "m"]);
      assert.deepEqual(await getBytes(`${url}/api/v1/models/${first}/content`), bytes);
    });
  });

  it("reports what it can't copy, each with its _id, and copies the rest", async () => {
    const good = await earlier.register({ ...METADATA, id: "good" }, randomBytes(10));
    const bad = (fields: object) =>
      earlier.register({ ...METADATA, id: `bad ${Math.random()}` }, randomBytes(10), fields);
    const ids = {
      name: await bad({ name: 5 }),
      nameless: await bad({ name: "" }),
      version: await bad({ version: 1.5 }),
      path: await bad({ storage_path: ["a"] }),
      placeless: await bad({ storage_path: null, id: null }),
      group: await bad({ storage_group: { a: 1 } }),
      missing: await bad({ storage_path: "nowhere.pkl" }),
      bucket: await bad({ storage_group: "no-such-bucket" }),
      invalid: await bad({ storage_group: "B" }),
      long: await bad({ name: "x".repeat(300) }),
    };
    await bad({ _id: { deep: new ObjectId("655f1c2ab7e1c9a0d4f3e2b1") } });
    const data = newFolder();
    const report = await importInto(data);
    assert.deepEqual(countsOf(report), { found: 12, copied: 1, alreadyThere: 0, notCopied: 11 });
    const reasonOf = (id: unknown) => report.notCopied.find((problem) => problem.id === String(id))?.reason;
    assert.equal(reasonOf(ids.name), "its name is 5, which is not text");
    assert.equal(reasonOf(ids.nameless), "it has no name");
    assert.equal(reasonOf(ids.version), "its version is 1.5, which is not text");
    assert.equal(reasonOf(ids.path), 'its storage_path is ["a"], which is not text');
    assert.equal(reasonOf(ids.placeless), "it does not say where its object is: storage_path is missing");
    assert.equal(reasonOf(ids.group), 'its storage_group is {"a":1}, which is not text');
    assert.equal(reasonOf(ids.missing), 'the object "nowhere.pkl" of the bucket "ml-models" does not exist');
    assert.equal(reasonOf(ids.bucket), 'there is no bucket "no-such-bucket"');
    assert.match(reasonOf(ids.invalid) ?? "", /of the bucket "B" can't be read \(InvalidBucketName\)/);
    assert.match(reasonOf(ids.long) ?? "", /at most 255 characters/);
    assert.match(
      reasonOf('{"id":{"deep":"655f1c2ab7e1c9a0d4f3e2b1"}}') ?? "",
      /^its _id is \{"deep":"655f1c2ab7e1c9a0d4f3e2b1"\}, which is not/,
    );
    await withServer(data, async (get) => {
      assert.equal((await get("/api/v1/models")).models.length, 1);
      assert.equal((await get(`/api/v1/models/${good}`)).id, "good");
    });
  });

  it("keeps what has no place of its own as properties, and says what is lost", async () => {
    const id = await earlier.register(
      {
        ...{ ...METADATA, id: "m", name: "team/net:1", file_extension: "p k l" },
        ...{ description: { en: "x" }, metrics: { auc: "high", worst: Number.NaN, good: 1 }, parameters: [1, 2] },
        tags: { type: ["a"], ok: "yes", "mlflow.prompt.is_prompt": true },
      },
      randomBytes(10),
      { storage_path: "a.h5", type: "x", huge: "x".repeat(10_000), "modelregistry.facts": "{}" },
    );
    await earlier.put("ml-models", "a.h5", randomBytes(5));
    const data = newFolder();
    const { differences, incomplete } = await importInto(data);
    assert.deepEqual(
      incomplete.map(({ reason }) => reason.replace(/: .*/, "")),
      ['tag "mlflow.prompt.is_prompt"', 'field "huge"', 'field "modelregistry.facts"'],
    );
    const said = differences.map(({ difference }) => difference).join("\n");
    for (const expected of [
      /name is "team_net_1" here/,
      /file_extension is "h5"/,
      /metric "auc".*metrics\.auc/,
      /parameters.*property parameters/,
    ]) {
      assert.match(said, expected);
    }
    await withServer(data, async (get) => {
      const model = await get(`/api/v1/models/${id}`);
      assert.deepEqual([model.name, model.file_name, model.description], ["team_net_1", "team_net_1.h5", null]);
      assert.deepEqual([model.metrics, model.parameters], [{ good: 1 }, {}]);
      assert.deepEqual(model.tags, {
        ...{ ok: "yes", type: '["a"]', "field.type": "x", description: '{"en":"x"}', parameters: "[1,2]" },
        ...{ "metrics.auc": "high", "metrics.worst": "NaN" },
      });
    });
  });

  it("takes over what has changed at the source, and keeps what was set here", async () => {
    const id = await earlier.register({ ...METADATA, id: "m", tags: { a: "1" } }, randomBytes(10));
    const other = await earlier.register({ ...METADATA, id: "o", version: "2" }, randomBytes(10));
    const data = newFolder();
    await importInto(data);
    await withServer(data, async (_get, { url }) => {
      const body = JSON.stringify({ tags: { mine: "x" }, description: "set here" });
      const headers = { "content-type": "application/json" };
      assert.equal((await fetch(`${url}/api/v1/models/${id}`, { method: "PATCH", body, headers })).status, 200);
    });
    const $set = { "tags.a": "2", metrics: { loss: 1 }, stage: "prod" };
    await earlier.mongo.collection.updateOne({ _id: id as never }, { $set });
    const bytes = randomBytes(30);
    await earlier.put("ml-models", "o_net_2.pkl", bytes);
    const report = await importInto(data);
    assert.deepEqual(countsOf(report), { found: 2, copied: 2, alreadyThere: 0, notCopied: 0 });
    assert.deepEqual(countsOf(await importInto(data)), { found: 2, copied: 0, alreadyThere: 2, notCopied: 0 });
    await withServer(data, async (get, { url }) => {
      const changed = await get(`/api/v1/models/${id}`);
      assert.deepEqual(changed.tags, { a: "2", mine: "x", stage: "prod" });
      assert.deepEqual([changed.metrics, changed.description], [{ loss: 1 }, "set here"]);
      const replaced = await get(`/api/v1/models/${other}`);
      assert.equal(replaced.version, "2.1");
      assert.deepEqual(await getBytes(`${url}/api/v1/models/${other}/content`), bytes);
      assert.equal((await get("/api/v1/models/o")).size, 10);
    });
  });

  it("goes on where a connection broke, and refuses bytes that are not those that were stored", async () => {
    const bytes = randomBytes(3 * MEBIBYTE);
    const broken = await earlier.register({ ...METADATA, id: "broken" }, bytes);
    const damaged = await earlier.register({ ...METADATA, id: "damaged", version: "2" }, randomBytes(100));
    let breaks = 0;
    proxy.interfere = (path) => {
      if (path.includes("damaged")) return { damage: true };
      return path.includes("broken") && breaks++ < 2 ? { breakAfter: MEBIBYTE } : undefined;
    };
    const data = newFolder();
    const report = await importInto(data);
    assert.equal(breaks, 3);
    assert.match(report.notCopied[0]?.reason ?? "", /the bytes that came have the MD5 \w+, the source says \w+/);
    assert.equal(report.notCopied[0]?.id, String(damaged));
    proxy.interfere = () => undefined;
    assert.deepEqual(countsOf(await importInto(data)), { found: 2, copied: 1, alreadyThere: 1, notCopied: 0 });
    await withServer(data, async (_get, { url }) => {
      assert.deepEqual(await getBytes(`${url}/api/v1/models/${broken}/content`), bytes);
    });
  });

  it("keeps the pieces of a large object, and asks for the rest alone", async () => {
    const bytes = Buffer.alloc(70 * MEBIBYTE, randomBytes(MEBIBYTE + 1));
    const id = await earlier.register({ ...METADATA, id: "large" }, bytes);
    const data = newFolder();
    const isSecond = (range: string | undefined) => range === "bytes=67108864-73400319";
    proxy.interfere = (_path, range) => (isSecond(range) ? { damage: true } : undefined);
    const damaged = await importInto(data);
    assert.match(damaged.notCopied[0]?.reason ?? "", /MD5/);
    proxy.interfere = (_path, range) => (isSecond(range) ? { refuse: true } : undefined);
    await assert.rejects(importInto(data), SourceError);
    proxy.interfere = () => undefined;
    proxy.reads.length = 0;
    await importInto(data);
    assert.equal(proxy.reads.length, 1);
    assert.ok(isSecond(proxy.reads[0]?.range));
    await withServer(data, async (_get, { url }) => {
      assert.ok((await getBytes(`${url}/api/v1/models/${id}/content`)).equals(bytes));
    });
  });

  it("reads everything and writes nothing in a dry run", async () => {
    await earlier.register({ ...METADATA, id: "m" }, randomBytes(1000));
    await earlier.register({ ...METADATA, id: "m" }, randomBytes(1000));
    const data = newFolder();
    const report = await importInto(data, { dryRun: true });
    assert.deepEqual(countsOf(report), { found: 2, copied: 2, alreadyThere: 0, notCopied: 0 });
    assert.deepEqual([report.bytes, proxy.reads], [2000, []]);
    assert.ok(report.differences.some(({ difference }) => difference.includes('"1.0.0.1"')));
  });
});
