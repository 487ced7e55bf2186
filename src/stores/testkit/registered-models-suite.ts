import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { ModelVersion } from "../../core/model/model-versions.ts";
import type { RegisteredModel } from "../../core/model/registered-models.ts";
import type { MetadataStore } from "../../core/ports/metadata-store.ts";
import { newModel, newVersion } from "./registry-fixtures.ts";

/** What every store of registered models must do. `open` gives an empty store. */
export function testRegisteredModels(name: string, open: () => Promise<MetadataStore>): void {
  describe(`registered models: ${name}`, () => {
    let store: MetadataStore;
    before(async () => {
      store = await open();
    });
    after(() => store.close());
    const get = (modelName: string) =>
      store.read(({ registeredModels }) => registeredModels.getRegisteredModel(modelName));
    const mustGet = async (modelName: string): Promise<RegisteredModel> => {
      const model = await get(modelName);
      assert.ok(model, modelName);
      return model;
    };

    it("keeps a model as it was given", async () => {
      const given = newModel("kept", {
        description: "",
        owner: "Ada",
        tags: [
          { key: "a", value: "ä" },
          { key: "b", value: "" },
        ],
      });
      const id = await store.transact(({ registeredModels }) => registeredModels.insertRegisteredModel(given));
      assert.deepEqual(await get("kept"), { ...given, id, aliases: [] });
      assert.equal(await get("Kept"), undefined);
    });

    it("leaves out a description that was never given", async () => {
      await store.transact(({ registeredModels }) => registeredModels.insertRegisteredModel(newModel("plain")));
      assert.ok(!("description" in (await mustGet("plain"))));
    });

    it("changes only what is said", async () => {
      await store.transact(async ({ registeredModels }) => {
        const id = await registeredModels.insertRegisteredModel(newModel("before", { description: "old" }));
        await registeredModels.updateRegisteredModel(id, { name: "changed", lastUpdateTime: 7 });
      });
      const { name: newName, description, creationTime, lastUpdateTime } = await mustGet("changed");
      assert.deepEqual(
        { newName, description, creationTime, lastUpdateTime },
        {
          newName: "changed",
          description: "old",
          creationTime: 1,
          lastUpdateTime: 7,
        },
      );
      assert.equal(await get("before"), undefined);
    });

    it("sets, replaces and deletes tags", async () => {
      await store.transact(async ({ registeredModels }) => {
        const id = await registeredModels.insertRegisteredModel(newModel("tagged"));
        await registeredModels.setRegisteredModelTag(id, "k", "1");
        await registeredModels.setRegisteredModelTag(id, "k", "2");
        await registeredModels.setRegisteredModelTag(id, "gone", "1");
        assert.equal(await registeredModels.deleteRegisteredModelTag(id, "gone"), true);
        assert.equal(await registeredModels.deleteRegisteredModelTag(id, "gone"), false);
      });
      assert.deepEqual((await mustGet("tagged")).tags, [{ key: "k", value: "2" }]);
    });

    it("sets, moves and deletes aliases", async () => {
      await store.transact(async ({ registeredModels }) => {
        const id = await registeredModels.insertRegisteredModel(newModel("aliased"));
        await registeredModels.setAlias(id, "champion", 1);
        await registeredModels.setAlias(id, "champion", 2);
        await registeredModels.setAlias(id, "old", 1);
        assert.equal(await registeredModels.deleteAlias(id, "old"), true);
        assert.equal(await registeredModels.deleteAlias(id, "old"), false);
      });
      assert.deepEqual((await mustGet("aliased")).aliases, [{ alias: "champion", version: 2 }]);
    });

    it("frees the name of a deleted model, and keeps the two apart", async () => {
      const first = await store.transact(async ({ registeredModels, modelVersions }) => {
        const id = await registeredModels.insertRegisteredModel(newModel("reborn"));
        await modelVersions.insertModelVersion(newVersion({ id, name: "reborn" }));
        await registeredModels.deleteRegisteredModel(id, 5);
        return id;
      });
      assert.equal(await get("reborn"), undefined);
      const second = await store.transact(async ({ registeredModels, modelVersions }) => {
        const id = await registeredModels.insertRegisteredModel(newModel("reborn"));
        const { number } = await modelVersions.insertModelVersion(newVersion({ id, name: "reborn" }));
        assert.equal(number, 1);
        return id;
      });
      assert.notEqual(second, first);
    });

    it("gives the latest version of each stage of several models", async () => {
      const ids = await store.transact(async (writer) => {
        const made: number[] = [];
        for (const modelName of ["latest-a", "latest-b", "latest-none"]) {
          made.push(await writer.registeredModels.insertRegisteredModel(newModel(modelName)));
        }
        const [a, b] = made as [number, number];
        for (const stage of ["None", "Production", "None", "Production", "Staging"] as const) {
          await writer.modelVersions.insertModelVersion(newVersion({ id: a, name: "latest-a" }, { stage }));
        }
        await writer.modelVersions.insertModelVersion(newVersion({ id: b, name: "latest-b" }, { stage: "Archived" }));
        const last = await writer.modelVersions.getModelVersion("latest-a", 4);
        await writer.modelVersions.deleteModelVersion(last as ModelVersion, 9);
        return made;
      });
      const versions = await store.read(({ registeredModels }) => registeredModels.getLatestVersions(ids));
      assert.deepEqual(
        versions.map(({ modelName, stage, number }) => [modelName, stage, number]),
        [
          ["latest-a", "Production", 2],
          ["latest-a", "None", 3],
          ["latest-a", "Staging", 5],
          ["latest-b", "Archived", 1],
        ],
      );
    });
  });
}
