import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Filter, OrderKey } from "../../core/filter/filter.ts";
import type { HistoryPoint, MetricPoint } from "../../core/model/runs.ts";
import type { Cursor } from "../../core/model/values.ts";
import type { MetadataStore } from "../../core/ports/metadata-store.ts";
import { and, ascending, attribute, descending, is, isIn, or } from "./conditions.ts";
import { readAllPages } from "./search-pages.ts";
import { insertExperiment, newRun } from "./tracking-fixtures.ts";

/** What every store must do with histories that count each point. `open` gives an empty store. */
export function testMetricPoints(name: string, open: () => Promise<MetadataStore>): void {
  describe(`lists of metric points: ${name}`, () => {
    let store: MetadataStore;
    let experimentId: number;
    let first: number;
    let second: number;
    before(async () => {
      store = await open();
      experimentId = await insertExperiment(store, "metric points");
      first = await makeRun("points-1");
      second = await makeRun("points-2");
      await put(first, [point(1, 30, 0.1), point(0, 20, 0.3), point(0, 20, 0.2), point(1, 30, 0.1)]);
      await put(second, [point(5, 10, 7, "val_loss"), point(5, 10, 8, "valxloss"), point(2, 5, 0.1)]);
      await put(first, [point(1, 30, 0.1)]);
    });
    after(() => store.close());

    const point = (step: number, timestamp: number, value: number, key = "loss"): MetricPoint => ({
      key,
      step,
      timestamp,
      value,
    });
    const makeRun = (runId: string) =>
      store.transact(async ({ runs }) => (await runs.insertRun(newRun(runId, experimentId))).rowId);
    const put = (id: number, points: readonly MetricPoint[]) =>
      store.transact(async ({ runValues }) => {
        for (const { key: metric, ...each } of points) {
          const target = await runValues.getRunValue(id, { kind: "metric", name: metric });
          assert.ok(target);
          await runValues.logMetric(target, each, 1);
        }
      });
    const list = (query: { runNumber?: number; filter?: Filter; order?: OrderKey[]; limit?: number; after?: Cursor }) =>
      store.read(({ metrics }) => metrics.listMetricPoints({ order: [], limit: 100, ...query }));
    const short = ({ key, step, value, repeat }: HistoryPoint) => `${key} ${step} ${value} ${repeat}`;
    const items = async (query: Parameters<typeof list>[0]) => (await list(query)).items.map(short);
    const paged = async (query: Parameters<typeof list>[0]) =>
      (await readAllPages((after) => list({ ...query, ...(after && { after }) }))).map(short);
    const byStep = ["loss 0 0.2 0", "loss 0 0.3 0", "loss 1 0.1 0", "loss 1 0.1 1", "loss 1 0.1 2"];

    it("has every point of a run, equal ones as often as they came", async () => {
      assert.deepEqual(await items({ runNumber: first }), byStep);
      const [one] = (await list({ runNumber: first })).items;
      assert.deepEqual(one, { ...point(0, 20, 0.2), runNumber: first, experimentId, repeat: 0 });
    });

    it("has the points of all runs, run by run", async () => {
      const others = ["loss 2 0.1 0", "val_loss 5 7 0", "valxloss 5 8 0"];
      assert.deepEqual(await items({}), [...byStep, ...others]);
    });

    it("has points that came in other ways, once each", async () => {
      const run = await makeRun("points-mlflow");
      await store.transact(async ({ runs }) => {
        const handle = await runs.getRunHandle("points-mlflow");
        assert.ok(handle);
        await runs.logMetrics(handle, [point(1, 1, Number.NaN), point(1, 1, 1), point(1, 1, 1)]);
      });
      assert.deepEqual(await items({ runNumber: run }), ["loss 1 NaN 0", "loss 1 1 0"]);
      assert.deepEqual(await items({ runNumber: run, filter: is(attribute("value"), ">", 0) }), ["loss 1 1 0"]);
      await store.transact(({ records }) => records.deleteRecord("run", run));
    });

    it("finds by the exact name, step, value, timestamp and run", async () => {
      const name = (value: string) => is(attribute("name"), "=", value);
      assert.deepEqual(await items({ filter: name("val_loss") }), ["val_loss 5 7 0"]);
      assert.deepEqual(await items({ filter: name("never") }), []);
      assert.deepEqual(await items({ filter: and(name("loss"), isIn(attribute("step"), 0, 2)) }), [
        "loss 0 0.2 0",
        "loss 0 0.3 0",
        "loss 2 0.1 0",
      ]);
      assert.deepEqual(
        await items({ runNumber: first, filter: is(attribute("timestamp"), "<", 25) }),
        byStep.slice(0, 2),
      );
      assert.deepEqual(await items({ filter: is(attribute("name"), "like", "val%") }), [
        "val_loss 5 7 0",
        "valxloss 5 8 0",
      ]);
      assert.deepEqual(
        await items({ filter: and(is(attribute("runId"), "=", second), or(name("loss"), name("val_loss"))) }),
        ["loss 2 0.1 0", "val_loss 5 7 0"],
      );
      const property = { kind: "property", key: "any", types: [] } as const;
      assert.deepEqual(await items({ filter: is(property, "=", "x") }), []);
      assert.deepEqual(await items({ filter: is(attribute("experimentId"), "!=", experimentId) }), []);
    });

    it("pages in any order, also between equal points", async () => {
      const orders = [
        [ascending(attribute("id"))],
        [descending(attribute("id"))],
        [ascending(attribute("creationTime")), ascending(attribute("id"))],
        [descending(attribute("name")), descending(attribute("id"))],
      ];
      for (const order of orders) {
        for (const query of [{}, { runNumber: first }, { filter: is(attribute("name"), "=", "loss") }]) {
          const whole = await items({ order, ...query });
          for (const limit of [1, 2, 3]) assert.deepEqual(await paged({ order, ...query, limit }), whole);
        }
      }
      assert.deepEqual((await items({ order: [descending(attribute("creationTime"))] })).slice(0, 3), byStep.slice(2));
    });

    it("refuses a cursor of another list", async () => {
      const { next } = await list({ limit: 1 });
      assert.ok(next);
      await assert.rejects(list({ runNumber: second, after: next }));
      await assert.rejects(list({ after: ["a"] }));
    });
  });
}
