import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { type Asset, parseRunValueId } from "../../core/model/assets.ts";
import type { MetricPoint } from "../../core/model/runs.ts";
import type { MetadataStore, Writer } from "../../core/ports/metadata-store.ts";
import { insertExperiment, mustGetRun, newRun, withRun } from "./tracking-fixtures.ts";

/** What every store must do with metrics and params of runs that are assets. `open` gives an empty store. */
export function testRunValues(name: string, open: () => Promise<MetadataStore>): void {
  describe(`values of runs: ${name}`, () => {
    let store: MetadataStore;
    let experimentId: number;
    before(async () => {
      store = await open();
      experimentId = await insertExperiment(store, "values of runs");
    });
    after(() => store.close());

    let runs = 0;
    const makeRun = () =>
      store.transact(async (writer) => (await writer.runs.insertRun(newRun(`values-${++runs}`, experimentId))).rowId);
    const target = async (
      { runValues }: Writer,
      runNumber: number,
      value: { kind: "metric" | "parameter"; name: string },
    ) => {
      const found = await runValues.getRunValue(runNumber, value);
      assert.ok(found, String(runNumber));
      return found;
    };
    const point = { value: 0.5, step: 1, timestamp: 10 };
    /** Returns what there was before. */
    const logMetric = (id: number, { key = "loss", ...fields }: Partial<MetricPoint> = {}, time = 100) =>
      store.transact(async (writer) => {
        const metric = await target(writer, id, { kind: "metric", name: key });
        await writer.runValues.logMetric(metric, { ...point, ...fields }, time);
        return metric;
      });
    const putParam = (id: number, value: string, time = 100) =>
      store.transact(async (writer) => {
        const param = await target(writer, id, { kind: "parameter", name: "rate" });
        await writer.runValues.putParam(param, value, time);
        return param;
      });
    const get = async (id: number): Promise<Asset> => {
      const asset = await store.read(({ assets }) => assets.getAsset(id));
      assert.ok(asset, String(id));
      return asset;
    };

    it("knows what a run has and will have under a name", async () => {
      const run = await makeRun();
      const { key, ...metric } = await logMetric(run);
      const parsed = parseRunValueId(metric.id);
      assert.deepEqual(parsed, { kind: "metric", run, key });
      assert.deepEqual(metric, {
        kind: "metric",
        name: "loss",
        id: metric.id,
        run: { rowId: run, runId: `values-${runs}`, experimentId, lifecycleStage: "active" },
        logged: false,
        detailed: false,
      });
      assert.deepEqual(await logMetric(run), { ...metric, key, creationTime: 100 });
      const missing = store.transact(({ runValues }) =>
        runValues.getRunValue(2 ** 25, { kind: "metric", name: "loss" }),
      );
      assert.equal(await missing, undefined);
    });

    it("makes the point that was written last the value of a metric", async () => {
      const run = await makeRun();
      const { id } = await logMetric(run, { step: 9, value: 0.9 }, 100);
      await logMetric(run, { step: 2, value: 0.2 }, 200);
      const { value, step, creationTime, lastUpdateTime } = await get(id);
      const expected = { value: 0.2, step: 2, creationTime: 100, lastUpdateTime: 200 };
      assert.deepEqual({ value, step, creationTime, lastUpdateTime }, expected);
      assert.deepEqual((await mustGetRun(store, `values-${runs}`)).metrics, [
        { ...point, key: "loss", step: 2, value: 0.2 },
      ]);
    });

    it("tells metrics by their exact names", async () => {
      const run = await makeRun();
      const one = await logMetric(run, { key: "a_b", value: 1 });
      const other = await logMetric(run, { key: "axb", value: 2 });
      assert.notEqual(one.id, other.id);
      assert.deepEqual([(await get(one.id)).value, (await get(other.id)).value], [1, 2]);
    });

    it("keeps NaN and 64-bit steps and timestamps", async () => {
      const run = await makeRun();
      const long = { step: 2n ** 63n - 1n, timestamp: -(2n ** 62n) };
      const { id } = await logMetric(run, { ...long, value: Number.NaN });
      const { value, step, timestamp } = await get(id);
      assert.deepEqual({ value, step, timestamp }, { value: Number.NaN, ...long });
    });

    it("sets a param again", async () => {
      const run = await makeRun();
      const first = await putParam(run, "0.1", 100);
      const second = await putParam(run, "0.2", 200);
      assert.deepEqual(second, { ...first, creationTime: 100 });
      const { kind, text, lastUpdateTime } = await get(first.id);
      assert.deepEqual({ kind, text, lastUpdateTime }, { kind: "parameter", text: "0.2", lastUpdateTime: 200 });
      assert.deepEqual((await mustGetRun(store, `values-${runs}`)).params, [{ key: "rate", value: "0.2" }]);
    });

    it("says of values without a time of their own that they are as old as the run", async () => {
      const run = await makeRun();
      await withRun(store, `values-${runs}`, (writer, handle) =>
        writer.runs.logMetrics(handle, [{ ...point, key: "loss" }]),
      );
      const { creationTime, logged } = await logMetric(run, { value: 2 });
      assert.deepEqual({ creationTime, logged }, { creationTime: 5, logged: true });
    });

    it("keeps details beside the value, and changes those that are given", async () => {
      const run = await makeRun();
      const { id } = await putParam(run, "1");
      const properties = [{ key: "unit", type: "string", value: "s" } as const];
      const put = (details: Parameters<Writer["runValues"]["putDetails"]>[1]) =>
        store.transact(({ runValues }) => runValues.putDetails(id, details));
      const all = { description: "d", externalId: "value-1", state: "LIVE", valueType: "number" } as const;
      assert.deepEqual(await put({ ...all, properties }), { ...all, properties });
      assert.deepEqual(await put({}), { ...all, properties });
      assert.deepEqual(await put({ description: "", properties: [] }), { ...all, description: "", properties: [] });
      assert.equal((await putParam(run, "2")).detailed, true);
      const { description, valueType, text } = await get(id);
      assert.deepEqual({ description, valueType, text }, { description: "", valueType: "number", text: "2" });
    });

    it("says when a value was changed last", async () => {
      const run = await makeRun();
      for (const { id } of [await logMetric(run), await putParam(run, "1")]) {
        await store.transact(({ runValues }) => runValues.touchValue(id, 777));
        assert.equal((await get(id)).lastUpdateTime, 777);
      }
    });

    it("changes the latest point without a point more", async () => {
      const run = await makeRun();
      const { id } = await logMetric(run);
      await store.transact(async (writer) => {
        const metric = await target(writer, run, { kind: "metric", name: "loss" });
        await writer.runValues.putMetric(metric, { ...point, value: 9, step: 7 }, 200);
      });
      const { value, step, lastUpdateTime } = await get(id);
      assert.deepEqual({ value, step, lastUpdateTime }, { value: 9, step: 7, lastUpdateTime: 200 });
      const { items } = await store.read(({ metrics }) =>
        metrics.listMetricPoints({ runNumber: run, order: [], limit: 9 }),
      );
      assert.deepEqual(
        items.map((item) => item.value),
        [0.5],
      );
    });
  });
}
