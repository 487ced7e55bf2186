import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { RecordKind } from "../../../core/model/records.ts";
import type { NewAsset } from "../../../core/ports/assets.ts";
import type { Writer } from "../../../core/ports/metadata-store.ts";
import { CountingConnection } from "../../testkit/counting-connection.ts";
import { newModel, newVersion } from "../../testkit/registry-fixtures.ts";
import { sqliteDialect } from "../dialects/sqlite.ts";
import { KeyDictionary } from "../keys.ts";
import { applyMigrations } from "../migrator.ts";
import { createWriter } from "../reader-writer.ts";
import { SqlSession } from "../session.ts";
import { SqliteConnection } from "../sqlite/sqlite-connection.ts";

const connection = new SqliteConnection(":memory:", { readOnly: false });
const counting = new CountingConnection(connection);
const session = new SqlSession(sqliteDialect, counting, new KeyDictionary());
const writer = createWriter(session);
before(() => applyMigrations(session, 0));
after(() => connection.close());

const TIMES = { creationTime: 1, lastUpdateTime: 1 };

async function count(work: (writer: Writer) => Promise<unknown>): Promise<number> {
  counting.count = 0;
  await work(writer);
  return counting.count;
}

describe("the number of statements for records", () => {
  let modelId = 0;
  let environmentId = 0;
  let serviceId = 0;

  before(async () => {
    const { records, registeredModels } = writer;
    modelId = await registeredModels.insertRegisteredModel(newModel("m"));
    environmentId = await records.insertRecord("servingEnvironment", {
      name: "e",
      ...TIMES,
      properties: properties(2),
    });
    serviceId = await insertService("s");
    for (let index = 0; index < 50; index++) {
      const name = `n${index}`;
      const modelVersionId = await insertVersion(name);
      await records.insertRecord("servingEnvironment", { name, ...TIMES, properties: properties(index) });
      await insertService(name);
      const serve = { name, inferenceServiceId: serviceId, modelVersionId, lastKnownState: "NEW" } as const;
      await records.insertRecord("serveModel", { ...serve, ...TIMES, properties: properties(index) });
    }
  });

  const insertVersion = async (name: string) => {
    const number = (await writer.modelVersions.takeVersionNumber(modelId))?.number ?? 0;
    const version = { modelId, number, name, state: "active", stage: "None", ...TIMES } as const;
    return writer.records.insertRecord("modelVersion", { ...version, properties: properties(number) });
  };
  const insertService = (name: string) =>
    writer.records.insertRecord("inferenceService", {
      ...{ name, servingEnvironmentId: environmentId, modelId, desiredState: "DEPLOYED", ...TIMES },
      properties: properties(2),
    });

  it("is the same for a list of one and of fifty", async () => {
    const parents: [RecordKind, number?][] = [
      ["modelVersion"],
      ["modelVersion", modelId],
      ["servingEnvironment"],
      ["inferenceService"],
      ["inferenceService", environmentId],
      ["serveModel", serviceId],
    ];
    for (const [kind, parentId] of parents) {
      for (const limit of [1, 50]) {
        const query = { order: [], limit, ...(parentId !== undefined && { parentId }) };
        const statements = await count(async ({ records }) => {
          assert.equal((await records.listRecords(kind, query)).items.length, limit);
        });
        assert.equal(statements, 2, `${kind} ${parentId} ${limit}`);
      }
    }
  });

  it("is the same for a record with few properties and with many", async () => {
    const insert = (name: string, length: number) =>
      count(({ records }) =>
        records.insertRecord("servingEnvironment", { name, ...TIMES, properties: properties(length) }),
      );
    assert.deepEqual([await insert("few", 1), await insert("many", 100)], [2, 2]);
  });

  it("takes two more where a version's number is a name already", async () => {
    const model = { id: await writer.registeredModels.insertRegisteredModel(newModel("named")), name: "named" };
    const insert = () => count(({ modelVersions }) => modelVersions.insertModelVersion(newVersion(model)));
    assert.equal(await insert(), 2);
    const version = { modelId: model.id, number: 100, name: "2", state: "active", stage: "None", ...TIMES } as const;
    await writer.records.insertRecord("modelVersion", { ...version, properties: [] });
    assert.equal(await insert(), 4);
  });
});

describe("what goes with a version and with a model", () => {
  const assetData = async () => {
    const counts = await session.all<{ rows: number }>(
      `SELECT count(*) AS rows FROM assets UNION ALL SELECT count(*) FROM asset_properties
       UNION ALL SELECT count(*) FROM asset_links`,
    );
    return counts.map(({ rows }) => rows);
  };

  it("is the properties and links of its assets too", async () => {
    const model = { id: await writer.registeredModels.insertRegisteredModel(newModel("gone")), name: "gone" };
    const first = await writer.modelVersions.insertModelVersion(newVersion(model));
    const second = await writer.modelVersions.insertModelVersion(newVersion(model));
    for (const [from, to] of [
      [first.id, second.id],
      [second.id, first.id],
    ] as const) {
      const asset: NewAsset = { kind: "document", versionId: from, name: "d", ...TIMES, properties: properties(1) };
      const id = await writer.assets.insertAsset(asset);
      await writer.assets.linkAsset({ ...asset, id }, { versionId: to });
    }
    assert.deepEqual(await assetData(), [2, 2, 2]);
    await writer.records.deleteRecord("modelVersion", first.id);
    assert.deepEqual(await assetData(), [1, 1, 0]);
    await writer.records.deleteRecord("registeredModel", model.id);
    assert.deepEqual(await assetData(), [0, 0, 0]);
  });
});

function properties(length: number) {
  return Array.from({ length }, (_, index) => ({ key: `k${index}`, type: "int" as const, value: "1" }));
}
