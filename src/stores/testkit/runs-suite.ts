import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Dataset } from "../../core/model/runs.ts";
import type { MetadataStore } from "../../core/ports/metadata-store.ts";
import { insertExperiment, insertRun, mustGetRun, newRun, withRun } from "./tracking-fixtures.ts";

/** What every store of runs must do. `open` gives an empty store. */
export function testRuns(name: string, open: () => Promise<MetadataStore>): void {
  describe(`runs: ${name}`, () => {
    let store: MetadataStore;
    let experiment: number;
    before(async () => {
      store = await open();
      experiment = await insertExperiment(store, "runs");
    });
    after(() => store.close());

    it("keeps a run as it was given", async () => {
      const info = newRun("kept", experiment, {
        startTime: 2n ** 60n,
        endTime: -5,
        name: "ü",
        userId: "",
        status: "KILLED",
      });
      const handle = await store.transact(({ runs }) => runs.insertRun(info));
      assert.deepEqual(await mustGetRun(store, "kept"), {
        info,
        metrics: [],
        params: [],
        tags: [],
        datasetInputs: [],
        modelInputs: [],
        modelOutputs: [],
      });
      assert.deepEqual(await store.read(({ runs }) => runs.getRunHandle("kept")), handle);
      assert.deepEqual(await store.read(({ runs }) => runs.getRunInfo("kept")), info);
    });

    it("knows nothing of runs that are not there", async () => {
      await store.read(async ({ runs }) => {
        assert.equal(await runs.getRun("none"), undefined);
        assert.equal(await runs.getRunHandle("none"), undefined);
        assert.equal(await runs.getRunInfo("none"), undefined);
      });
    });

    it("changes only what it is told to", async () => {
      await insertRun(store, "changed", experiment);
      await withRun(store, "changed", ({ runs }, run) => runs.updateRun(run, { status: "FINISHED", endTime: 9 }, 60));
      await withRun(store, "changed", ({ runs }, run) => runs.updateRun(run, { name: "new" }, 70));
      const { info } = await mustGetRun(store, "changed");
      assert.deepEqual(info, newRun("changed", experiment, { status: "FINISHED", endTime: 9, name: "new" }));
    });

    it("moves one run, or all of an experiment, from stage to stage", async () => {
      const other = await insertExperiment(store, "stages");
      await insertRun(store, "s1", other);
      await insertRun(store, "s2", other);
      const stages = async () => [
        (await mustGetRun(store, "s1")).info.lifecycleStage,
        (await mustGetRun(store, "s2")).info.lifecycleStage,
        (await mustGetRun(store, "kept")).info.lifecycleStage,
      ];
      await withRun(store, "s1", ({ runs }, run) => runs.setRunLifecycleStage(run, "deleted", 7));
      assert.deepEqual(await stages(), ["deleted", "active", "active"]);
      await store.transact(({ runs }) => runs.setLifecycleStageOfRuns(other, "deleted", 8));
      assert.deepEqual(await stages(), ["deleted", "deleted", "active"]);
      await store.transact(({ runs }) => runs.setLifecycleStageOfRuns(other, "active", 9));
      assert.deepEqual(await stages(), ["active", "active", "active"]);
    });

    it("inserts only the params that are new, and says how many", async () => {
      await insertRun(store, "params", experiment);
      const insert = (...params: { key: string; value: string }[]) =>
        withRun(store, "params", ({ runs }, run) => runs.insertParams(run, params));
      assert.equal(await insert({ key: "a", value: "1" }, { key: "b", value: "" }), 2);
      assert.equal(await insert({ key: "a", value: "2" }, { key: "c'\"\\{},ü", value: "NULL" }), 1);
      assert.equal(await insert(), 0);
      assert.deepEqual((await mustGetRun(store, "params")).params, [
        { key: "a", value: "1" },
        { key: "b", value: "" },
        { key: "c'\"\\{},ü", value: "NULL" },
      ]);
      const stored = await withRun(store, "params", ({ runs }, run) => runs.getParams(run, ["a", "b", "never seen"]));
      assert.deepEqual(Object.fromEntries(stored), { a: "1", b: "" });
    });

    it("sets, replaces and deletes tags", async () => {
      await insertRun(store, "tags", experiment, ({ runs }, run) =>
        runs.setRunTags(run, [
          { key: "a", value: "1" },
          { key: "b", value: "2" },
        ]),
      );
      await withRun(store, "tags", async ({ runs }, run) => {
        await runs.setRunTags(run, [{ key: "b", value: "3" }]);
        assert.equal(await runs.getRunTag(run, "b"), "3");
        assert.equal(await runs.getRunTag(run, "never seen"), undefined);
        assert.equal(await runs.deleteRunTag(run, "a"), true);
        assert.equal(await runs.deleteRunTag(run, "a"), false);
        assert.equal(await runs.deleteRunTag(run, "never seen"), false);
      });
      assert.deepEqual((await mustGetRun(store, "tags")).tags, [{ key: "b", value: "3" }]);
    });

    it("undoes a transaction that fails, the keys that it made included", async () => {
      await insertRun(store, "undone", experiment);
      const failing = withRun(store, "undone", async ({ runs }, run) => {
        await runs.insertParams(run, [{ key: "made in vain", value: "1" }]);
        throw new Error("on purpose");
      });
      await assert.rejects(failing, /on purpose/);
      assert.deepEqual((await mustGetRun(store, "undone")).params, []);
      await withRun(store, "undone", ({ runs }, run) => runs.insertParams(run, [{ key: "made in vain", value: "2" }]));
      assert.deepEqual((await mustGetRun(store, "undone")).params, [{ key: "made in vain", value: "2" }]);
    });

    const dataset = (digest: string, fields: Partial<Dataset> = {}): Dataset => ({
      name: "iris",
      digest,
      sourceType: "local",
      source: "file:///iris.csv",
      ...fields,
    });
    const context = (value: string) => [{ key: "mlflow.data.context", value }];

    it("keeps a dataset once for an experiment, and what a run was linked with first", async () => {
      const other = await insertExperiment(store, "datasets");
      const first = { dataset: dataset("1", { schema: "{}", profile: "" }), tags: context("train") };
      await insertRun(store, "d1", other, ({ runs }, run) => runs.logDatasetInputs(run, [first], 1));
      await withRun(store, "d1", ({ runs }, run) =>
        runs.logDatasetInputs(
          run,
          [
            { dataset: dataset("1", { source: "elsewhere" }), tags: context("test") },
            { dataset: dataset("2"), tags: [] },
          ],
          2,
        ),
      );
      await insertRun(store, "d2", other, ({ runs }, run) =>
        runs.logDatasetInputs(run, [{ dataset: dataset("1"), tags: context("test") }], 3),
      );
      assert.deepEqual((await mustGetRun(store, "d1")).datasetInputs, [first, { dataset: dataset("2"), tags: [] }]);
      assert.deepEqual((await mustGetRun(store, "d2")).datasetInputs, [{ ...first, tags: context("test") }]);
      const summary = { experimentId: other, name: "iris" };
      assert.deepEqual(
        (await store.read(({ runs }) => runs.searchDatasets([other], 10))).toSorted((a, b) =>
          JSON.stringify(a) < JSON.stringify(b) ? -1 : 1,
        ),
        [
          { ...summary, digest: "1", context: "test" },
          { ...summary, digest: "1", context: "train" },
          { ...summary, digest: "2" },
        ],
      );
      assert.equal((await store.read(({ runs }) => runs.searchDatasets([other], 2))).length, 2);
      assert.deepEqual(await store.read(({ runs }) => runs.searchDatasets([experiment], 10)), []);
    });

    it("keeps the first link to a model", async () => {
      await insertRun(store, "models", experiment, async ({ runs }, run) => {
        await runs.logModelInputs(run, ["m-2", "m-1", "m-2"]);
        await runs.logModelOutputs(run, [{ modelId: "m-1", step: 2n ** 62n }]);
        await runs.logModelOutputs(run, [
          { modelId: "m-1", step: 4 },
          { modelId: "m-3", step: 0 },
        ]);
      });
      const run = await mustGetRun(store, "models");
      assert.deepEqual(run.modelInputs, [{ modelId: "m-1" }, { modelId: "m-2" }]);
      assert.deepEqual(run.modelOutputs, [
        { modelId: "m-3", step: 0 },
        { modelId: "m-1", step: 2n ** 62n },
      ]);
    });
  });
}
