import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { IMPORTED_ID } from "../../core/model/stored-models.ts";
import type { MetadataStore, Writer } from "../../core/ports/metadata-store.ts";
import type { StoredModelQuery } from "../../core/ports/stored-models.ts";
import { newModel, newVersion } from "./registry-fixtures.ts";

const ROOT = "mlflow-artifacts:/registered-models";
const TIMES = { creationTime: 1, lastUpdateTime: 1 };

/** What every store of stored models must do. `open` gives an empty store. */
export function testStoredModels(name: string, open: () => Promise<MetadataStore>): void {
  describe(`stored models: ${name}`, () => {
    let store: MetadataStore;
    const ids = new Map<string, number>();
    before(async () => {
      store = await open();
      await fill();
    });
    after(() => store.close());

    /** Versions `a1` to `b_%2`, a copy, a deleted one, two of a deleted model, and a prompt's. */
    function fill(): Promise<void> {
      return store.transact(async (writer) => {
        for (const modelName of ["a", "b_%", "gone", "prompt"]) await fillModel(writer, modelName);
        const model = { id: (await writer.registeredModels.getRegisteredModel("a"))?.id ?? 0, name: "a" };
        const location = { source: "s", storageLocation: `${ROOT}/g1/shared` };
        ids.set("a3", (await writer.modelVersions.insertModelVersion(newVersion(model, location))).id);
        const { id: deleted } = await writer.modelVersions.insertModelVersion(newVersion(model, location));
        ids.set("deleted", deleted);
        await writer.modelVersions.deleteModelVersion({ id: deleted, modelId: model.id, number: 4 }, 3);
      });
    }

    async function fillModel(writer: Writer, name: string): Promise<void> {
      const model = { id: await writer.registeredModels.insertRegisteredModel(newModel(name)), name };
      for (const number of [1, 2]) await fillVersion(writer, model, number);
      if (name === "gone") await writer.registeredModels.deleteRegisteredModel(model.id, 2);
    }

    async function fillVersion(writer: Writer, model: { id: number; name: string }, number: number): Promise<void> {
      const storageLocation = `${ROOT}/g${number}/${model.name === "a" ? "shared" : model.id}`;
      const tags = [{ key: "n", value: String(number) }];
      if (model.name === "prompt") tags.push({ key: "mlflow.prompt.is_prompt", value: "True" });
      const fields = { source: "s", storageLocation, tags, description: `Of ${model.name}` };
      const { id: versionId } = await writer.modelVersions.insertModelVersion(newVersion(model, fields));
      ids.set(`${model.name}${number}`, versionId);
      await writer.records.updateRecord("modelVersion", versionId, { externalId: `${model.name}-${number}` });
      const asset = { versionId, ...TIMES, properties: [] };
      await writer.assets.insertAsset({ ...asset, kind: "metric", name: "m", value: number });
      await writer.assets.insertAsset({ ...asset, kind: "parameter", name: "p", text: "1", valueType: "number" });
    }

    const id = (key: string) => ids.get(key) ?? 0;
    const list = (query: Omit<StoredModelQuery, "limit"> = {}) =>
      store.read(async ({ storedModels }) => {
        const { items } = await storedModels.listStoredModels({ ...query, limit: 10 });
        return items.map(({ version }) => version.id);
      });

    it("shows what is there, newest first, with what hangs on it", async () => {
      assert.deepEqual(await list(), [id("a3"), id("b_%2"), id("b_%1"), id("a2"), id("a1")]);
      const [model] = await store.read(({ storedModels }) => storedModels.getStoredModels([id("b_%2")]));
      assert.deepEqual(
        [model?.versionName, model?.externalId, model?.framework, model?.metrics, model?.parameters],
        ["2", "b_%-2", "mlflow", [{ name: "m", value: 2 }], [{ name: "p", text: "1", type: "number" }]],
      );
      assert.deepEqual(
        [model?.version.modelName, model?.version.number, model?.version.tags],
        ["b_%", 2, [{ key: "n", value: "2" }]],
      );
    });

    it("finds by number in the order that is asked for, without what is hidden", async () => {
      const asked = [id("a1"), 999_999, id("gone1"), id("prompt1"), id("deleted"), id("b_%1")];
      const found = await store.read(({ storedModels }) => storedModels.getStoredModels(asked));
      assert.deepEqual(
        found.map(({ version }) => version.id),
        [id("a1"), id("b_%1")],
      );
    });

    it("filters, taking what is given as plain text", async () => {
      for (const [query, expected] of [
        [{ modelName: "a" }, ["a3", "a2", "a1"]],
        [{ modelName: "gone" }, []],
        [{ versionName: "2" }, ["b_%2", "a2"]],
        [{ externalId: "a-1" }, ["a1"]],
        [{ externalId: "" }, []],
        [{ locationPrefix: `${ROOT}/g2/` }, ["b_%2", "a2"]],
        [{ locationPrefix: `${ROOT}/g/` }, []],
        [{ framework: "mlflow", modelName: "b_%" }, ["b_%2", "b_%1"]],
        [{ framework: "x" }, []],
        [{ tags: [{ key: "n", value: "1" }] }, ["b_%1", "a1"]],
        [
          {
            tags: [
              { key: "n", value: "1" },
              { key: "n", value: "2" },
            ],
          },
          [],
        ],
        [{ search: "OF A" }, ["a2", "a1"]],
        [{ search: "_%" }, ["b_%2", "b_%1"]],
      ] as const) {
        assert.deepEqual(await list(query), expected.map(id), JSON.stringify(query));
      }
    });

    it("continues where a page ended", async () => {
      const pages: number[][] = [];
      await store.read(async ({ storedModels }) => {
        for (let after: readonly unknown[] | undefined = []; after !== undefined; ) {
          const query = { limit: 2, ...(after.length > 0 && { after: after as [number] }) };
          const { items, next } = await storedModels.listStoredModels(query);
          pages.push(items.map(({ version }) => version.id));
          after = next;
        }
      });
      assert.deepEqual(pages, [[id("a3"), id("b_%2")], [id("b_%1"), id("a2")], [id("a1")]]);
    });

    it("tells which files belong to a version or a model alone", async () => {
      await store.read(async ({ storedModels, registeredModels }) => {
        const modelId = (await registeredModels.getRegisteredModel("a"))?.id ?? 0;
        assert.deepEqual(await storedModels.getOwnLocations({ versionId: id("a1") }), []);
        assert.deepEqual(await storedModels.getOwnLocations({ versionId: id("a2") }), [`${ROOT}/g2/shared`]);
        const ofModel = await storedModels.getOwnLocations({ modelId });
        assert.deepEqual(ofModel.sort(), [`${ROOT}/g1/shared`, `${ROOT}/g2/shared`]);
      });
    });

    it("finds the newest that another registry knew by an id, however long that is", async () => {
      const long = "x".repeat(300);
      const known = {
        a1: "655f1c2ab7e1",
        a2: "655f1c2ab7e1",
        deleted: "655f1c2ab7e1",
        a3: `${long}1`,
        "b_%1": `${long}2`,
      };
      await store.transact(async ({ modelVersions }) => {
        for (const [key, value] of Object.entries(known)) {
          await modelVersions.setModelVersionTag(id(key), IMPORTED_ID, value);
        }
      });
      const find = (importedId: string) =>
        store.read(async ({ storedModels }) => (await storedModels.findImportedModel(importedId))?.version.id);
      assert.equal(await find("655f1c2ab7e1"), id("a2"));
      assert.equal(await find(`${long}1`), id("a3"));
      assert.equal(await find(long), undefined);
    });
  });
}
