import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Property } from "../../core/model/properties.ts";
import type { NewRecord } from "../../core/model/records.ts";
import type { MetadataStore } from "../../core/ports/metadata-store.ts";
import type { RecordLookup, RecordWriter } from "../../core/ports/records.ts";
import { newModel } from "./registry-fixtures.ts";

/** What every store of records by number must do. `open` gives an empty store. */
export function testRecords(name: string, open: () => Promise<MetadataStore>): void {
  describe(`records: ${name}`, () => {
    let store: MetadataStore;
    let modelId = 0;
    let environmentId = 0;
    before(async () => {
      store = await open();
      modelId = await store.transact(({ registeredModels }) => registeredModels.insertRegisteredModel(newModel("m")));
      environmentId = await write((records) => records.insertRecord("servingEnvironment", named("environment")));
    });
    after(() => store.close());

    const write = <T>(work: (records: RecordWriter) => Promise<T>) => store.transact(({ records }) => work(records));
    const insertVersion = (fields: Partial<NewRecord<"modelVersion">> & { name: string; number: number }) =>
      write((records) =>
        records.insertRecord("modelVersion", {
          ...named(fields.name),
          modelId,
          state: "active",
          stage: "None",
          ...fields,
        }),
      );
    const insertService = (serviceName: string, fields: Partial<NewRecord<"inferenceService">> = {}) =>
      write((records) => records.insertRecord("inferenceService", { ...newService(serviceName), ...fields }));
    const newService = (serviceName: string): NewRecord<"inferenceService"> => ({
      ...named(serviceName),
      servingEnvironmentId: environmentId,
      modelId: 2 ** 31 - 1,
      desiredState: "DEPLOYED",
    });

    it("keeps a version as it was given, with and without what is optional", async () => {
      const full: NewRecord<"modelVersion"> = {
        ...{ name: "v/ä", description: "", externalId: "x", creationTime: 2n ** 60n, lastUpdateTime: 3 },
        ...{ modelId, number: 1, state: "deleted", author: "ann", stage: "Staging", runId: "r", runLink: "l" },
        properties: ALL_TYPES,
      };
      const least = { ...named("least"), modelId, number: 2, state: "active", stage: "None" } as const;
      for (const given of [full, { ...least, properties: [] }]) {
        const id = await write((records) => records.insertRecord("modelVersion", given));
        assert.deepEqual(await store.read(({ records }) => records.getRecord("modelVersion", id)), { ...given, id });
      }
    });

    it("keeps environments, services and serve models as they were given", async () => {
      const versionId = await insertVersion({ name: "served", number: 3 });
      const environment = { ...named("full"), description: "d", externalId: "e", properties: ALL_TYPES };
      const service = { ...newService("full"), description: "d", externalId: "i", runtime: "onnx", modelVersionId: 5 };
      const made = await write(async (records) => {
        const inferenceServiceId = await records.insertRecord("inferenceService", {
          ...service,
          properties: ALL_TYPES,
        });
        const serve = {
          ...named("full"),
          inferenceServiceId,
          modelVersionId: versionId,
          lastKnownState: "NEW",
        } as const;
        const serveId = await records.insertRecord("serveModel", { ...serve, properties: ALL_TYPES });
        const id = await records.insertRecord("servingEnvironment", environment);
        return { inferenceServiceId, serve, serveId, id };
      });
      await store.read(async ({ records }) => {
        const [keptEnvironment, keptService, keptServe] = [
          await records.getRecord("servingEnvironment", made.id),
          await records.getRecord("inferenceService", made.inferenceServiceId),
          await records.getRecord("serveModel", made.serveId),
        ];
        assert.deepEqual(keptEnvironment, { ...environment, id: made.id });
        assert.deepEqual(keptService, { ...service, id: made.inferenceServiceId, properties: ALL_TYPES });
        assert.deepEqual(keptServe, { ...made.serve, id: made.serveId, properties: ALL_TYPES });
      });
    });

    it("finds by the exact name within the parent, or by external id", async () => {
      const elsewhere = await write((records) => records.insertRecord("servingEnvironment", named("elsewhere")));
      const [first, second, other] = [
        await insertService("a_b", { externalId: "first" }),
        await insertService("axb", { externalId: "" }),
        await insertService("a_b", { servingEnvironmentId: elsewhere, externalId: "" }),
      ];
      const find = async (lookup: RecordLookup) =>
        (await store.read(({ records }) => records.findRecords("inferenceService", lookup))).map(({ id }) => id);
      assert.deepEqual(await find({ name: "a_b", parentId: environmentId }), [first]);
      assert.deepEqual(await find({ name: "axb", parentId: environmentId }), [second]);
      assert.deepEqual(await find({ name: "a_b", parentId: elsewhere }), [other]);
      assert.deepEqual((await find({ name: "a_b" })).sort(), [first, other].sort());
      assert.deepEqual(await find({ externalId: "first" }), [first]);
      assert.deepEqual(await find({ name: "a_", parentId: environmentId }), []);
    });

    it("changes only what is given; properties replace all", async () => {
      const id = await insertService("changed", { runtime: "onnx", externalId: "changed", properties: ALL_TYPES });
      const before = await store.read(({ records }) => records.getRecord("inferenceService", id));
      await write((records) => records.updateRecord("inferenceService", id, { desiredState: "UNDEPLOYED" }));
      const properties: Property[] = [{ key: "int", type: "string", value: "7" }];
      await write((records) => records.updateRecord("inferenceService", id, { lastUpdateTime: 9, properties }));
      assert.deepEqual(await store.read(({ records }) => records.getRecord("inferenceService", id)), {
        ...before,
        desiredState: "UNDEPLOYED",
        lastUpdateTime: 9,
        properties,
      });
      await write((records) => records.updateRecord("inferenceService", id, { properties: [] }));
      assert.deepEqual((await store.read(({ records }) => records.getRecord("inferenceService", id)))?.properties, []);
    });

    it("forgets the run of a version that is changed to none", async () => {
      const id = await insertVersion({ name: "run", number: 4, runId: "r", runLink: "l" });
      await write((records) => records.updateRecord("modelVersion", id, { runId: "", runLink: "" }));
      const version = await store.read(({ records }) => records.getRecord("modelVersion", id));
      assert.deepEqual([version?.runId, version?.runLink], [undefined, undefined]);
    });

    it("removes what hangs on a record with it", async () => {
      const versionId = await insertVersion({ name: "removed", number: 5, properties: ALL_TYPES });
      const environment = await write((records) => records.insertRecord("servingEnvironment", named("removed")));
      const service = await insertService("removed", { servingEnvironmentId: environment, properties: ALL_TYPES });
      const other = await insertService("stays");
      const serve = { ...named("s"), modelVersionId: versionId, lastKnownState: "NEW", properties: ALL_TYPES } as const;
      const [ofService, ofVersion] = await write(async (records) => [
        await records.insertRecord("serveModel", { ...serve, properties: [], inferenceServiceId: service }),
        await records.insertRecord("serveModel", { ...serve, properties: [], inferenceServiceId: other }),
      ]);
      await write((records) => records.deleteRecord("servingEnvironment", environment));
      await store.read(async ({ records }) => {
        assert.equal(await records.getRecord("inferenceService", service), undefined);
        assert.equal(await records.getRecord("serveModel", ofService ?? 0), undefined);
        assert.notEqual(await records.getRecord("serveModel", ofVersion ?? 0), undefined);
      });
      await write((records) => records.deleteRecord("modelVersion", versionId));
      await store.read(async ({ records }) => {
        assert.equal(await records.getRecord("serveModel", ofVersion ?? 0), undefined);
        assert.notEqual(await records.getRecord("inferenceService", other), undefined);
      });
    });
  });
}

/** In the order of their keys. */
const ALL_TYPES: Property[] = [
  { key: "bool", type: "bool", value: "true" },
  { key: "bytes", type: "bytes", value: "AP8=" },
  { key: "double", type: "double", value: "0.5" },
  { key: "int", type: "int", value: "7" },
  { key: "string", type: "string", value: "" },
  { key: "struct", type: "struct", value: '{"a":[1]}' },
];

function named(name: string) {
  return { name, creationTime: 1, lastUpdateTime: 2, properties: [] as Property[] };
}
