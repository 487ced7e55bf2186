import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Filter } from "../../core/filter/filter.ts";
import { type Asset, runValueId } from "../../core/model/assets.ts";
import type { LoggedModel } from "../../core/model/logged-models.ts";
import type { RunHandle } from "../../core/model/runs.ts";
import type { Cursor } from "../../core/model/values.ts";
import type { AssetChanges, AssetQuery, NewAsset } from "../../core/ports/assets.ts";
import type { MetadataStore, Writer } from "../../core/ports/metadata-store.ts";
import { newModel, newVersion } from "./registry-fixtures.ts";
import { insertExperiment, insertRun, mustGetRun, newRun } from "./tracking-fixtures.ts";

/** What every store of assets must do. `open` gives an empty store. */
export function testAssets(name: string, open: () => Promise<MetadataStore>): void {
  describe(`assets: ${name}`, () => {
    let store: MetadataStore;
    let experimentId: number;
    before(async () => {
      store = await open();
      experimentId = await insertExperiment(store, "assets");
    });
    after(() => store.close());

    const insert = (fields: Partial<NewAsset> = {}): Promise<number> =>
      store.transact(({ assets }) =>
        assets.insertAsset({
          kind: "model",
          name: "net",
          creationTime: 1,
          lastUpdateTime: 1,
          properties: [],
          ...fields,
        }),
      );
    const get = (id: number) => store.read(({ assets }) => assets.getAsset(id));
    const mustGet = async (id: number): Promise<Asset> => {
      const asset = await get(id);
      assert.ok(asset, String(id));
      return asset;
    };
    const update = async (id: number, changes: AssetChanges): Promise<Asset> => {
      const asset = await mustGet(id);
      await store.transact(({ assets }) => assets.updateAsset(asset, changes));
      return mustGet(id);
    };
    const list = (query: Partial<AssetQuery> = {}) =>
      store.read(({ assets }) => assets.listAssets({ order: [], limit: 100, ...query }));
    const names = async (query: Partial<AssetQuery> = {}) => (await list(query)).items.map((asset) => asset.name);
    const find = (lookup: Parameters<Writer["assets"]["findAssets"]>[0]) =>
      store.read(({ assets }) => assets.findAssets(lookup));

    let models = 0;
    /** A version of a new model. */
    const version = (fields: Parameters<typeof newVersion>[1] = {}): Promise<{ id: number; name: string }> =>
      store.transact(async ({ registeredModels, modelVersions }) => {
        const name = `model-${++models}`;
        const model = { id: await registeredModels.insertRegisteredModel(newModel(name)), name };
        const { id } = await modelVersions.insertModelVersion(newVersion(model, fields));
        return { id, name };
      });
    let runs = 0;
    const run = (work: (writer: Writer, run: RunHandle) => Promise<unknown> = async () => undefined) =>
      store.transact(async (writer) => {
        const handle = await writer.runs.insertRun(newRun(`assets-${++runs}`, experimentId));
        await work(writer, handle);
        return handle;
      });

    it("keeps an asset as it was given", async () => {
      const given: NewAsset = {
        kind: "model",
        name: "kept",
        description: "",
        externalId: "ext-kept",
        state: "PENDING",
        uri: "s3://bucket/kept",
        modelFormatName: "onnx",
        modelFormatVersion: "1",
        storageKey: "key",
        storagePath: "path",
        serviceAccountName: "account",
        modelSourceKind: "kind",
        modelSourceClass: "class",
        modelSourceGroup: "group",
        modelSourceId: "id",
        modelSourceName: "name",
        creationTime: 3,
        lastUpdateTime: 4,
        properties: [
          { key: "a", type: "int", value: "5" },
          { key: "b", type: "string", value: "ä" },
        ],
      };
      const id = await insert(given);
      assert.deepEqual(await get(id), { ...given, id });
    });

    it("gives an asset another number, with its properties and parents, and assigns numbers above it from then on", async () => {
      const first = await version();
      const second = await version();
      const properties = [{ key: "a", type: "int" as const, value: "5" }];
      const id = await insert({ name: "moved", versionId: first.id, properties });
      const asset = await mustGet(id);
      await store.transact(async ({ assets }) => {
        await assets.linkAsset(asset, { versionId: second.id });
        await assets.renumberAsset(id, id + 1000);
      });
      assert.equal(await get(id), undefined);
      assert.deepEqual(await get(id + 1000), { ...asset, id: id + 1000 });
      assert.deepEqual(await names({ parent: { versionId: second.id } }), ["moved"]);
      assert.equal(await insert(), id + 1001);
    });

    it("keeps a dataset, and metrics of any value", async () => {
      const dataset = {
        kind: "dataset",
        digest: "1",
        sourceType: "local",
        source: "s",
        schema: "{}",
        profile: "p",
      } as const;
      const datasetId = await insert(dataset);
      assert.deepEqual(pick(await mustGet(datasetId), dataset), dataset);
      for (const value of [Number.NaN, -0.1, 1e300, 0]) {
        const metric = { kind: "metric", value, step: 2n ** 62n, timestamp: 5 } as const;
        assert.deepEqual(pick(await mustGet(await insert(metric)), metric), metric);
      }
      const parameter = { kind: "parameter", text: "", valueType: "number" } as const;
      assert.deepEqual(pick(await mustGet(await insert(parameter)), parameter), parameter);
    });

    it("knows nothing of other numbers", async () => {
      for (const id of [-1, 0, 1_000_000, runValueId({ kind: "metric", run: 1_000_000, key: 1 })]) {
        assert.equal(await get(id), undefined);
      }
    });

    it("changes what is given alone; properties replace all", async () => {
      const id = await insert({
        description: "d",
        state: "LIVE",
        properties: [{ key: "a", type: "bool", value: "true" }],
      });
      assert.deepEqual(await update(id, { description: "e", lastUpdateTime: 9 }), {
        ...(await mustGet(id)),
        description: "e",
        state: "LIVE",
        lastUpdateTime: 9,
        properties: [{ key: "a", type: "bool", value: "true" }],
      });
      const property = { key: "b", type: "struct", value: "{}" } as const;
      assert.deepEqual((await update(id, { properties: [property] })).properties, [property]);
      assert.deepEqual((await update(id, { properties: [] })).properties, []);
    });

    it("finds by external id, which no other has", async () => {
      const id = await insert({ externalId: "ext-1" });
      await insert({ externalId: "" });
      await insert({ externalId: "" });
      assert.deepEqual(ids(await find({ externalId: "ext-1" })), [id]);
      assert.deepEqual(await find({ externalId: "ext-1", kind: "document" }), []);
      assert.deepEqual(await find({ externalId: "ext_1" }), []);
      await assert.rejects(insert({ externalId: "ext-1" }));
    });

    it("finds by name within a parent, exactly, attached ones too", async () => {
      const { id: versionId } = await version();
      const parent = { versionId };
      const axb = await insert({ versionId, name: "axb" });
      const document = await insert({ versionId, name: "axb", kind: "document" });
      const elsewhere = await insert({ name: "elsewhere" });
      assert.deepEqual(ids(await find({ name: "axb", parent })), [axb, document]);
      assert.deepEqual(ids(await find({ name: "axb", parent, kind: "document" })), [document]);
      assert.deepEqual(await find({ name: "a_b", parent }), []);
      assert.deepEqual(await find({ name: "elsewhere", parent }), []);
      await store.transact(async ({ assets }) => {
        await assets.linkAsset(await mustGet(elsewhere), parent);
        await assets.linkAsset(await mustGet(elsewhere), parent);
        await assets.linkAsset(await mustGet(axb), parent);
      });
      assert.deepEqual(ids(await find({ name: "elsewhere", parent })), [elsewhere]);
      assert.deepEqual(await names({ parent }), ["axb", "axb", "elsewhere"]);
    });

    describe("of versions", () => {
      it("show the source of a version, and are where it is changed", async () => {
        const { id: versionId, name: modelName } = await version({
          source: "s3://a",
          creationTime: 7,
          lastUpdateTime: 7,
        });
        const [source] = (await list({ parent: { versionId } })).items;
        assert.ok(source);
        assert.deepEqual(source, {
          id: source.id,
          kind: "model",
          origin: "version source",
          versionId,
          name: modelName,
          state: "LIVE",
          uri: "s3://a",
          modelFormatName: "mlflow",
          creationTime: 7,
          lastUpdateTime: 7,
          properties: [],
        });
        assert.equal(
          (await update(source.id, { uri: "s3://b", storageLocation: "s3://c", description: "d" })).uri,
          "s3://b",
        );
        const known = await store.read(({ modelVersions }) => modelVersions.getModelVersion(modelName, 1));
        assert.deepEqual([known?.source, known?.storageLocation], ["s3://b", "s3://c"]);
        assert.equal(await hasSource(versionId), true);
      });

      it("are none for a prompt, or for a version without a source", async () => {
        const prompt = await version({
          source: "prompt-template",
          tags: [{ key: "mlflow.prompt.is_prompt", value: "true" }],
        });
        const without = await version();
        assert.deepEqual(await names({ parent: { versionId: prompt.id } }), []);
        assert.deepEqual(await names({ parent: { versionId: without.id } }), []);
        assert.deepEqual([await hasSource(prompt.id), await hasSource(without.id)], [true, false]);
      });

      it("become the source", async () => {
        const { id: versionId, name: modelName } = await version();
        const getSource = async () =>
          (await store.read(({ modelVersions }) => modelVersions.getModelVersion(modelName, 1)))?.source;
        const id = await insert({ versionId, origin: "version source" });
        assert.deepEqual(
          [(await mustGet(id)).uri, await getSource(), await hasSource(versionId)],
          [undefined, undefined, true],
        );
        await update(id, { uri: "s3://later" });
        assert.deepEqual([(await mustGet(id)).uri, await getSource()], ["s3://later", "s3://later"]);
        await store.transact(async ({ assets }) => assets.deleteAsset(await mustGet(id)));
        assert.deepEqual([await get(id), await getSource(), await hasSource(versionId)], [undefined, undefined, false]);
      });

      it("keep the name of the model when that is renamed", async () => {
        const { id: versionId, name: modelName } = await version({ source: "s3://a" });
        const other = await insert({ versionId, name: "other" });
        await store.transact(async ({ registeredModels }) => {
          const model = await registeredModels.getRegisteredModel(modelName);
          await registeredModels.updateRegisteredModel(model?.id ?? 0, { name: "renamed" });
        });
        assert.deepEqual(await names({ parent: { versionId } }), ["renamed", (await mustGet(other)).name]);
      });

      const hasSource = (versionId: number) => store.read(({ assets }) => assets.hasSource(versionId));
    });

    describe("of logged models", () => {
      const loggedModel = (modelId: string, fields: Partial<LoggedModel> = {}) =>
        store.transact(({ loggedModels }) =>
          loggedModels.insertLoggedModel({
            modelId,
            experimentId,
            name: "logged",
            artifactLocation: `mlflow-artifacts:/${modelId}`,
            creationTime: 2,
            lastUpdateTime: 3,
            status: "PENDING",
            params: [],
            tags: [{ key: "t", value: "1" }],
            format: "mlflow",
            ...fields,
          }),
        );
      const getModel = (modelId: string) =>
        store.read(({ loggedModels }) => loggedModels.getLoggedModel(modelId, { withDeleted: true }));
      const mustFind = async (loggedModelId: string): Promise<Asset> => {
        const [asset, ...others] = await find({ loggedModelId });
        assert.ok(asset);
        assert.deepEqual(others, []);
        return asset;
      };

      it("are their tags, their status and their times", async () => {
        const { rowId, runId } = await run();
        await loggedModel("m-1", { sourceRunId: runId });
        const asset = await mustFind("m-1");
        assert.deepEqual(asset, {
          id: asset.id,
          kind: "model",
          origin: "logged model",
          runId: rowId,
          experimentId,
          name: "logged",
          state: "PENDING",
          uri: "mlflow-artifacts:/m-1",
          modelFormatName: "mlflow",
          creationTime: 2,
          lastUpdateTime: 3,
          properties: [{ key: "t", type: "string", value: "1" }],
        });
        assert.deepEqual(ids((await list({ parent: { runId: rowId } })).items), [asset.id]);
        await store.transact(async ({ loggedModels }) => {
          await loggedModels.updateLoggedModel("m-1", { status: "READY", lastUpdateTime: 8 });
          await loggedModels.setLoggedModelTags("m-1", [{ key: "u", value: "2" }]);
        });
        const { state, lastUpdateTime, properties } = await mustFind("m-1");
        assert.deepEqual([state, lastUpdateTime, properties.length], ["LIVE", 8, 2]);
      });

      it("are without a run where none is known, in the model's experiment", async () => {
        await loggedModel("m-2", { sourceRunId: "unknown" });
        const { runId, experimentId: of } = await mustFind("m-2");
        assert.deepEqual([runId, of], [undefined, experimentId]);
      });

      it("change the model's state and tags", async () => {
        await loggedModel("m-3");
        const { id } = await mustFind("m-3");
        await update(id, {
          properties: [{ key: "d", type: "double", value: "0.5" }],
          description: "d",
          lastUpdateTime: 9,
        });
        assert.deepEqual((await getModel("m-3"))?.tags, [{ key: "d", value: "0.5" }]);
        assert.deepEqual((await mustGet(id)).properties, [{ key: "d", type: "double", value: "0.5" }]);
        assert.equal((await getModel("m-3"))?.lastUpdateTime, 9);
        const states = {
          UNKNOWN: "UNSPECIFIED",
          LIVE: "READY",
          REFERENCE: "READY",
          ABANDONED: "UPLOAD_FAILED",
          PENDING: "PENDING",
        } as const;
        for (const [state, status] of Object.entries(states) as [keyof typeof states, string][]) {
          assert.equal((await update(id, { state })).state, state);
          assert.equal((await getModel("m-3"))?.status, status);
        }
      });

      it("are deleted with the model, and the other way round", async () => {
        await loggedModel("m-4");
        const { id } = await mustFind("m-4");
        const visible = async () =>
          (await store.read(({ loggedModels }) => loggedModels.getLoggedModel("m-4"))) !== undefined;
        for (const state of ["MARKED_FOR_DELETION", "LIVE", "DELETED"] as const) {
          assert.equal((await update(id, { state })).state, state);
          assert.equal(await visible(), state === "LIVE");
        }
        await update(id, { state: "LIVE" });
        await store.transact(({ loggedModels }) => loggedModels.deleteLoggedModel("m-4", 5));
        assert.equal((await mustGet(id)).state, "MARKED_FOR_DELETION");
        await store.transact(async ({ assets }) => assets.deleteAsset(await mustGet(id)));
        assert.deepEqual([await get(id), await getModel("m-4")], [undefined, undefined]);
      });
    });

    describe("of dataset inputs", () => {
      const dataset = (digest: string) => ({ name: "iris", digest, sourceType: "local", source: "s", schema: "{}" });
      const input = (digest: string) => ({
        dataset: dataset(digest),
        tags: [{ key: "mlflow.data.context", value: "train" }],
      });

      it("are the dataset and the input's tags", async () => {
        const { rowId } = await run((writer, handle) =>
          writer.runs.logDatasetInputs(handle, [input("1"), input("2")], 6),
        );
        const { items } = await list({ parent: { runId: rowId } });
        assert.equal(items.length, 2);
        const { id, ...first } = items[0] as Asset;
        assert.deepEqual(first, {
          kind: "dataset",
          origin: "dataset input",
          runId: rowId,
          experimentId,
          creationTime: 6,
          lastUpdateTime: 6,
          properties: [{ key: "mlflow.data.context", type: "string", value: "train" }],
          ...dataset("1"),
        });
      });

      it("are made once, however often the input is logged", async () => {
        const { rowId } = await run(async (writer, handle) => {
          await writer.runs.logDatasetInputs(handle, [input("1")], 6);
          await writer.runs.logDatasetInputs(handle, [input("1"), input("3")], 7);
        });
        assert.deepEqual(
          (await list({ parent: { runId: rowId } })).items.map(({ digest }) => digest),
          ["1", "3"],
        );
      });

      it("change what the run has read", async () => {
        const { rowId, runId } = await run((writer, handle) =>
          writer.runs.logDatasetInputs(handle, [input("change")], 6),
        );
        const id = (await list({ parent: { runId: rowId } })).items[0]?.id ?? 0;
        await update(id, { digest: "changed", profile: "p", properties: [{ key: "k", type: "int", value: "1" }] });
        assert.deepEqual((await mustGetRun(store, runId)).datasetInputs, [
          { dataset: { ...dataset("changed"), profile: "p" }, tags: [{ key: "k", value: "1" }] },
        ]);
        assert.deepEqual((await mustGet(id)).properties, [{ key: "k", type: "int", value: "1" }]);
        await store.transact(async ({ assets }) => assets.deleteAsset(await mustGet(id)));
        assert.deepEqual((await mustGetRun(store, runId)).datasetInputs, []);
      });
    });

    describe("of runs", () => {
      it("are the latest metrics and the params, by number, NaN included", async () => {
        const { rowId, runId } = await run(async (writer, handle) => {
          await writer.runs.logMetrics(handle, [
            { key: "loss", value: 0.5, timestamp: 10, step: 1 },
            { key: "loss", value: Number.NaN, timestamp: 11, step: 2n ** 60n },
          ]);
          await writer.runs.insertParams(handle, [{ key: "lr", value: "0.1" }]);
        });
        const { items } = await list({ parent: { runId: rowId } });
        const [metric, parameter] = items;
        const common = { runId: rowId, experimentId, creationTime: 5, properties: [], state: "LIVE" };
        const valueType = "string";
        assert.deepEqual(items, [
          {
            ...common,
            id: metric?.id,
            kind: "metric",
            name: "loss",
            value: Number.NaN,
            step: 2n ** 60n,
            timestamp: 11,
            lastUpdateTime: 11,
          },
          { ...common, id: parameter?.id, kind: "parameter", name: "lr", text: "0.1", valueType, lastUpdateTime: 5 },
        ]);
        for (const asset of items) {
          assert.deepEqual(await get(asset.id), asset);
          assert.deepEqual(await find({ name: asset.name, parent: { runId: rowId } }), [asset]);
        }
        await store.transact(async ({ assets }) => {
          for (const asset of items) await assets.deleteAsset(asset);
        });
        assert.deepEqual(await names({ parent: { runId: rowId } }), []);
        const left = await mustGetRun(store, runId);
        assert.deepEqual([left.metrics, left.params], [[], []]);
        const history = await store.read(({ metrics }) => metrics.getMetricHistory({ runId, key: "loss" }));
        assert.deepEqual(history.items, []);
      });

      it("can be attached to a version", async () => {
        const { id: versionId } = await version();
        const { rowId } = await run((writer, handle) =>
          writer.runs.logMetrics(handle, [{ key: "acc", value: 1, timestamp: 1, step: 0 }]),
        );
        const [metric] = await find({ name: "acc", parent: { runId: rowId } });
        assert.ok(metric);
        await store.transact(({ assets }) => assets.linkAsset(metric, { versionId }));
        assert.deepEqual((await list({ parent: { versionId } })).items, [metric]);
        assert.deepEqual((await list({ parent: { versionId }, kinds: ["metric"] })).items, [metric]);
        assert.deepEqual((await list({ parent: { versionId }, kinds: ["parameter"] })).items, []);
      });
    });

    describe("in lists", () => {
      let everything: MetadataStore;
      let runNumber = 0;
      before(async () => {
        everything = await open();
        const of = await insertExperiment(everything, "lists");
        await insertRun(everything, "listed", of, async ({ runs, assets, loggedModels }, handle) => {
          runNumber = handle.rowId;
          const asset = { creationTime: 3, lastUpdateTime: 3, properties: [] };
          await assets.insertAsset({ ...asset, kind: "model", name: "e", state: "LIVE", lastUpdateTime: 1 });
          await assets.insertAsset({ ...asset, kind: "document", name: "b", uri: "s3://doc", creationTime: 9 });
          await assets.insertAsset({ ...asset, kind: "metric", name: "d", value: 2, creationTime: 2 });
          await runs.logMetrics(handle, [
            { key: "f", value: 4, timestamp: 2, step: 7 },
            { key: "a", value: Number.NaN, timestamp: 8, step: 7 },
          ]);
          await runs.insertParams(handle, [{ key: "c", value: "x" }]);
          await loggedModels.insertLoggedModel({
            modelId: "m-g",
            experimentId: of,
            name: "g",
            artifactLocation: "s3://g",
            creationTime: 4,
            lastUpdateTime: 6,
            status: "READY",
            sourceRunId: "listed",
            params: [],
            tags: [],
          });
        });
      });
      after(() => everything.close());

      const pages = async (query: Partial<AssetQuery>, limit = 2): Promise<string> => {
        const found: string[] = [];
        let after: Cursor | undefined;
        do {
          const query_ = { order: [], limit, ...query, ...(after && { after }) };
          const page = await everything.read(({ assets }) => assets.listAssets(query_));
          found.push(...page.items.map((asset) => asset.name));
          after = page.next;
        } while (after);
        return found.join("");
      };
      const by = (name: string, descending = false) => ({
        order: [{ field: { kind: "attribute", name } as const, descending }],
      });
      const where = (name: string, operator: "=" | "!=" | ">", value: string | number): { filter: Filter } => ({
        filter: { kind: "comparison", field: { kind: "attribute", name }, operator, value },
      });

      it("come in every order, page by page, whatever they are", async () => {
        for (const limit of [1, 2, 3, 100]) {
          assert.equal(await pages({}, limit), "ebdgfac");
          assert.equal(await pages(by("id", true), limit), "cafgdbe");
          assert.equal(await pages(by("name"), limit), "abcdefg");
          assert.equal(await pages(by("name", true), limit), "gfedcba");
          assert.equal(await pages(by("creationTime"), limit), "degfacb");
          assert.equal(await pages(by("lastUpdateTime"), limit), "efbdcga");
        }
      });

      it("come of some kinds only", async () => {
        assert.equal(await pages({ kinds: ["model"] }), "eg");
        assert.equal(await pages({ kinds: ["model"], ...by("creationTime", true) }, 1), "ge");
        assert.equal(await pages({ kinds: ["metric"] }), "dfa");
        assert.equal(await pages({ kinds: ["document", "parameter"], ...by("name") }), "bc");
      });

      it("come of one parent only", async () => {
        assert.equal(await pages({ parent: { runId: runNumber } }), "gfac");
        assert.equal(await pages({ parent: { runId: runNumber }, ...by("creationTime") }), "gfac");
        assert.equal(await pages({ parent: { runId: runNumber }, kinds: ["metric"] }), "fa");
        assert.equal(await pages({ parent: { runId: 1_000_000 } }), "");
        assert.equal(await pages({ parent: { versionId: runNumber } }), "");
      });

      it("come as a filter wants", async () => {
        assert.equal(await pages(where("name", "=", "a")), "a");
        assert.equal(await pages(where("name", "!=", "a")), "ebdgfc");
        assert.equal(await pages(where("uri", "=", "s3://g")), "g");
        assert.equal(await pages(where("state", "=", "LIVE")), "egfac");
        assert.equal(await pages(where("value", ">", 1)), "df");
        assert.equal(await pages(where("value", "!=", 2)), "fa");
        assert.equal(await pages(where("step", "=", 7)), "fa");
        assert.equal(await pages(where("text", "=", "x")), "c");
        assert.equal(await pages(where("kind", "=", "metric")), "dfa");
        assert.equal(await pages(where("runId", "=", runNumber)), "gfac");
        assert.equal(
          await pages({ filter: { kind: "presence", field: { kind: "attribute", name: "uri" }, present: false } }),
          "edfac",
        );
        assert.equal(
          await pages({ filter: { kind: "presence", field: { kind: "attribute", name: "value" }, present: true } }),
          "dfa",
        );
      });

      it("refuse what assets do not have, and orders that not all have", async () => {
        await assert.rejects(pages(where("colour", "=", 1)), /colour/);
        await assert.rejects(pages(by("uri")), /uri/);
      });
    });
  });
}

function ids(assets: readonly Asset[]): number[] {
  return assets.map(({ id }) => id);
}

/** The fields of `asset` that `like` has. */
function pick(asset: Asset, like: object): object {
  return Object.fromEntries(Object.keys(like).map((name) => [name, asset[name as keyof Asset]]));
}
