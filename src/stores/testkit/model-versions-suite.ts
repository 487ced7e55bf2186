import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { ModelVersion } from "../../core/model/model-versions.ts";
import type { MetadataStore } from "../../core/ports/metadata-store.ts";
import { newModel, newVersion } from "./registry-fixtures.ts";

/** What every store of model versions must do. `open` gives an empty store. */
export function testModelVersions(name: string, open: () => Promise<MetadataStore>): void {
  describe(`model versions: ${name}`, () => {
    let store: MetadataStore;
    before(async () => {
      store = await open();
    });
    after(() => store.close());
    const makeModel = async (modelName: string) => ({
      name: modelName,
      id: await store.transact(({ registeredModels }) => registeredModels.insertRegisteredModel(newModel(modelName))),
    });
    const makeVersion = (...parameters: Parameters<typeof newVersion>) =>
      store.transact(({ modelVersions }) => modelVersions.insertModelVersion(newVersion(...parameters)));
    const get = (modelName: string, number: number) =>
      store.read(({ modelVersions }) => modelVersions.getModelVersion(modelName, number));
    const mustGet = async (modelName: string, number: number): Promise<ModelVersion> => {
      const version = await get(modelName, number);
      assert.ok(version, `${modelName} ${number}`);
      return version;
    };

    it("keeps a version as it was given", async () => {
      const model = await makeModel("kept");
      const given = newVersion(model, {
        description: "",
        source: "s3://bucket/ä",
        storageLocation: "s3://bucket/ä",
        runId: "r",
        runLink: "l",
        userId: "u",
        loggedModelId: "m-1",
        statusMessage: "fine",
        creationTime: 2n ** 60n,
        tags: [
          { key: "a", value: "1" },
          { key: "b", value: "" },
        ],
      });
      const inserted = await store.transact(({ modelVersions }) => modelVersions.insertModelVersion(given));
      assert.equal(inserted.number, 1);
      assert.deepEqual(await get("kept", 1), { ...given, ...inserted, aliases: [] });
    });

    it("finds only versions of that very model", async () => {
      await makeVersion(await makeModel("Case"));
      assert.equal(await get("case", 1), undefined);
      assert.equal(await get("Case", 2), undefined);
      assert.equal(await get("Case", -1), undefined);
    });

    it("never uses a number again", async () => {
      const model = await makeModel("numbers");
      await makeVersion(model);
      await makeVersion(model);
      const second = await mustGet("numbers", 2);
      await store.transact(({ modelVersions }) => modelVersions.deleteModelVersion(second, 5));
      assert.equal((await makeVersion(model)).number, 3);
      assert.equal(await get("numbers", 2), undefined);
    });

    it("takes a number for a version of a model in any state, and none where there is no model", async () => {
      const model = await makeModel("numbered");
      await makeVersion(model);
      await store.transact(({ registeredModels }) => registeredModels.deleteRegisteredModel(model.id, 5));
      const take = (id: number) => store.transact(({ modelVersions }) => modelVersions.takeVersionNumber(id));
      assert.deepEqual(await take(model.id), { number: 2, modelName: "numbered" });
      assert.deepEqual(await take(model.id), { number: 3, modelName: "numbered" });
      assert.equal(await take(2 ** 40), undefined);
    });

    it("names a version by its number, with a suffix where the name is taken", async () => {
      const model = await makeModel("named");
      const freeNames = ["3", "3.1", "3.3", "4.", "40", "5.1"];
      await store.transact(async ({ records }) => {
        for (const [index, name] of freeNames.entries()) {
          const version = { modelId: model.id, name, number: 100 + index, state: "deleted", stage: "None" } as const;
          await records.insertRecord("modelVersion", {
            ...version,
            creationTime: 1,
            lastUpdateTime: 1,
            properties: [],
          });
        }
      });
      const names = [];
      for (const number of [1, 2, 3, 4, 5]) {
        const made = await makeVersion(model);
        assert.equal(made.number, number);
        names.push((await store.read(({ records }) => records.getRecord("modelVersion", made.id)))?.name);
      }
      assert.deepEqual(names, ["1", "2", "3.2", "4", "5"]);
    });

    it("gives distinct numbers to fifty that come at once", async () => {
      const model = await makeModel("crowded");
      const made = await Promise.all(Array.from({ length: 50 }, () => makeVersion(model)));
      const numbers = made.map(({ number }) => number).sort((left, right) => left - right);
      assert.deepEqual(
        numbers,
        Array.from({ length: 50 }, (_, index) => index + 1),
      );
    });

    it("finds the highest number, and the version of an alias", async () => {
      const model = await makeModel("found");
      await makeVersion(model);
      await makeVersion(model);
      await store.transact(({ registeredModels }) => registeredModels.setAlias(model.id, "champion", 1));
      const [highest, champion, nobody] = await store.read(async ({ modelVersions }) => [
        await modelVersions.getHighestModelVersion("found"),
        await modelVersions.getModelVersionByAlias("found", "champion"),
        await modelVersions.getModelVersionByAlias("found", "nobody"),
      ]);
      assert.equal(highest?.number, 2);
      assert.deepEqual(champion?.aliases, ["champion"]);
      assert.equal(champion?.number, 1);
      assert.equal(nobody, undefined);
    });

    it("hides a deleted version and drops its aliases", async () => {
      const model = await makeModel("deleted");
      await makeVersion(model);
      await makeVersion(model);
      const removed = await store.transact(async ({ registeredModels, modelVersions }) => {
        await registeredModels.setAlias(model.id, "b", 2);
        await registeredModels.setAlias(model.id, "a", 2);
        await registeredModels.setAlias(model.id, "kept", 1);
        return modelVersions.deleteModelVersion((await modelVersions.getModelVersion("deleted", 2)) as ModelVersion, 5);
      });
      assert.deepEqual(removed, ["a", "b"]);
      const found = await store.read(({ modelVersions }) => modelVersions.getHighestModelVersion("deleted"));
      assert.deepEqual(found?.aliases, ["kept"]);
    });

    it("hides the versions of a deleted model", async () => {
      const model = await makeModel("gone");
      await makeVersion(model);
      await store.transact(({ registeredModels }) => registeredModels.deleteRegisteredModel(model.id, 5));
      assert.equal(await get("gone", 1), undefined);
    });

    it("changes only what is said; null removes a description", async () => {
      const model = await makeModel("changed");
      const { id } = await makeVersion(model, { description: "old" });
      await store.transact(({ modelVersions }) => modelVersions.updateModelVersion(id, { stage: "Staging" }));
      const staged = await mustGet("changed", 1);
      assert.deepEqual([staged.stage, staged.description, staged.lastUpdateTime], ["Staging", "old", 1]);
      await store.transact(({ modelVersions }) =>
        modelVersions.updateModelVersion(id, { description: null, lastUpdateTime: 3 }),
      );
      const updated = await mustGet("changed", 1);
      assert.deepEqual([updated.stage, updated.description, updated.lastUpdateTime], ["Staging", undefined, 3]);
    });

    it("moves the other versions of a stage", async () => {
      const model = await makeModel("moved");
      for (const stage of ["Production", "Production", "Staging", "Production"] as const) {
        await makeVersion(model, { stage });
      }
      const moved = await store.transact(async ({ modelVersions }) =>
        modelVersions.moveOtherVersions(
          (await modelVersions.getModelVersion("moved", 4)) as ModelVersion,
          "Production",
          "Archived",
          8,
        ),
      );
      assert.deepEqual(moved, [1, 2]);
      const stages = await Promise.all([1, 2, 3, 4].map(async (number) => (await mustGet("moved", number)).stage));
      assert.deepEqual(stages, ["Archived", "Archived", "Staging", "Production"]);
      assert.equal((await mustGet("moved", 1)).lastUpdateTime, 8);
    });

    it("sets, replaces and deletes tags", async () => {
      const { id } = await makeVersion(await makeModel("tagged"), { tags: [{ key: "k", value: "1" }] });
      await store.transact(async ({ modelVersions }) => {
        await modelVersions.setModelVersionTag(id, "k", "2");
        await modelVersions.setModelVersionTag(id, "gone", "1");
        assert.equal(await modelVersions.deleteModelVersionTag(id, "gone"), true);
        assert.equal(await modelVersions.deleteModelVersionTag(id, "gone"), false);
      });
      assert.deepEqual((await mustGet("tagged", 1)).tags, [{ key: "k", value: "2" }]);
    });

    it("takes more tags than fit into one statement", async () => {
      const tags = Array.from({ length: 2500 }, (_, index) => ({
        key: `k${String(index).padStart(4, "0")}`,
        value: "v",
      }));
      await makeVersion(await makeModel("many-tags"), { tags });
      assert.deepEqual((await mustGet("many-tags", 1)).tags, tags);
    });
  });
}
