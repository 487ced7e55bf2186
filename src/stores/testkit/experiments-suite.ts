import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { MetadataStore } from "../../core/ports/metadata-store.ts";
import { newExperiment } from "./tracking-fixtures.ts";

/** What every store of experiments must do. `open` gives an empty store. */
export function testExperiments(name: string, open: () => Promise<MetadataStore>): void {
  describe(`experiments: ${name}`, () => {
    let store: MetadataStore;
    before(async () => {
      store = await open();
    });
    after(() => store.close());
    const insert = (...parameters: Parameters<typeof newExperiment>) =>
      store.transact(({ experiments }) => experiments.insertExperiment(newExperiment(...parameters)));
    const get = (id: number) => store.read(({ experiments }) => experiments.getExperiment(id));
    const getByName = (experimentName: string) =>
      store.read(({ experiments }) => experiments.getExperimentByName(experimentName));
    const remove = (id: number, lastUpdateTime: number) =>
      store.transact(({ experiments }) =>
        experiments.updateExperiment(id, { lifecycleStage: "deleted", lastUpdateTime }),
      );

    it("keeps an experiment as it was given", async () => {
      const given = newExperiment("kept 日本", {
        creationTime: 2n ** 60n,
        owner: "Ada",
        tags: [
          { key: "a", value: "" },
          { key: "ä/b", value: "1" },
        ],
      });
      const id = await store.transact(({ experiments }) => experiments.insertExperiment(given));
      assert.deepEqual(await get(id), { id, ...given });
      assert.equal(await get(id + 1), undefined);
    });

    it("takes the id 0 where it is asked for, and goes on with its own", async () => {
      const id = await store.transact(({ experiments }) => experiments.insertExperiment(newExperiment("Default"), 0));
      assert.equal(id, 0);
      assert.equal((await get(0))?.name, "Default");
      assert.ok((await insert("after zero")) > 0);
    });

    it("finds the active one of a name, or else the one that was deleted last", async () => {
      const first = await insert("again");
      await remove(first, 10);
      const second = await insert("again");
      assert.equal((await getByName("again"))?.id, second);
      await remove(second, 20);
      assert.equal((await getByName("again"))?.id, second);
      await store.transact(({ experiments }) => experiments.updateExperiment(first, { lastUpdateTime: 30 }));
      assert.equal((await getByName("again"))?.id, first);
      assert.equal(await getByName("AGAIN"), undefined);
    });

    it("refuses a second active one of a name", async () => {
      await insert("taken");
      await assert.rejects(insert("taken"));
    });

    it("changes only what it is told to", async () => {
      const id = await insert("before");
      await store.transact(({ experiments }) => experiments.updateExperiment(id, { name: "after" }));
      assert.deepEqual(await get(id), { id, ...newExperiment("after") });
    });

    it("sets, replaces and deletes tags", async () => {
      const id = await insert("tags");
      await store.transact(async ({ experiments }) => {
        await experiments.setExperimentTag(id, "a", "1");
        await experiments.setExperimentTag(id, "a", "2");
        await experiments.setExperimentTag(id, "b", "3");
        assert.equal(await experiments.deleteExperimentTag(id, "b"), true);
        assert.equal(await experiments.deleteExperimentTag(id, "b"), false);
      });
      assert.deepEqual((await get(id))?.tags, [{ key: "a", value: "2" }]);
    });
  });
}
