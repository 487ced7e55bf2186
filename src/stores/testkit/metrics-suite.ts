import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import fc from "fast-check";
import type { MetricPoint } from "../../core/model/runs.ts";
import type { Cursor, Int64 } from "../../core/model/values.ts";
import type { MetadataStore } from "../../core/ports/metadata-store.ts";
import type { StepRange } from "../../core/ports/metrics.ts";
import { insertExperiment, insertRun, mustGetRun, withRun } from "./tracking-fixtures.ts";

/** What every store of metrics must do. `open` gives an empty store. */
export function testMetrics(name: string, open: () => Promise<MetadataStore>): void {
  describe(`metrics: ${name}`, () => {
    let store: MetadataStore;
    let experiment: number;
    before(async () => {
      store = await open();
      experiment = await insertExperiment(store, "metrics");
    });
    after(() => store.close());

    const point = (step: Int64, timestamp: Int64, value: number, key = "m"): MetricPoint => ({
      key,
      value,
      timestamp,
      step,
    });
    let runs = 0;
    const runWith = async (points: readonly MetricPoint[]) => {
      const runId = `run-${String(++runs).padStart(3, "0")}`;
      await insertRun(store, runId, experiment, (writer, run) => writer.runs.logMetrics(run, points));
      return runId;
    };
    const history = async (runId: string, key = "m") =>
      (await store.read(({ metrics }) => metrics.getMetricHistory({ runId, key }))).items;
    const latest = async (runId: string) => (await mustGetRun(store, runId)).metrics;
    const sample = async (runIds: readonly string[], limit: number, steps?: StepRange) =>
      store.read(({ metrics }) => metrics.sampleMetricHistory({ runIds, key: "m", limit, ...(steps && { steps }) }));

    it("orders a history by timestamp, step, value, and drops equal points", async () => {
      const points = [point(3, 1, 5), point(1, 2, 5), point(1, 1, 7), point(1, 1, 6), point(3, 1, 5)];
      const runId = await runWith(points);
      await withRun(store, runId, (writer, run) => writer.runs.logMetrics(run, [point(3, 1, 5)]));
      assert.deepEqual(await history(runId), [point(1, 1, 6), point(1, 1, 7), point(3, 1, 5), point(1, 2, 5)]);
    });

    it("has no points of a run or a metric that is not there", async () => {
      const runId = await runWith([point(0, 0, 1)]);
      assert.deepEqual(await history("none"), []);
      assert.deepEqual(await history(runId, "never seen"), []);
      assert.deepEqual(await sample(["none"], 5), []);
    });

    it("takes the greatest step, timestamp, value as the latest, in whatever order they come", async () => {
      const runId = await runWith([point(5, 1, 1), point(5, 2, 9), point(5, 2, 3), point(4, 99, 99)]);
      assert.deepEqual(await latest(runId), [point(5, 2, 9)]);
      await withRun(store, runId, (writer, run) => writer.runs.logMetrics(run, [point(5, 2, 8), point(5, 1, 100)]));
      assert.deepEqual(await latest(runId), [point(5, 2, 9)]);
      await withRun(store, runId, (writer, run) => writer.runs.logMetrics(run, [point(6, 0, 0)]));
      assert.deepEqual(await latest(runId), [point(6, 0, 0)]);
    });

    it("keeps NaN beside 0, and compares it as 0", async () => {
      const runId = await runWith([point(1, 1, Number.NaN), point(1, 1, 0), point(1, 1, Number.NaN)]);
      assert.deepEqual(await history(runId), [point(1, 1, 0), point(1, 1, Number.NaN)]);
      const below = await runWith([point(1, 1, -1), point(1, 1, Number.NaN)]);
      assert.deepEqual(await latest(below), [point(1, 1, Number.NaN)]);
      const above = await runWith([point(1, 1, Number.NaN), point(1, 1, 2)]);
      assert.deepEqual(await latest(above), [point(1, 1, 2)]);
    });

    it("gives back every double and every 64-bit integer as it came", async () => {
      const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(shortest);
      const time = fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }).map(shortest);
      const small = fc.integer({ min: 0, max: 4 });
      const double = fc.double({ noDefaultInfinity: true, noNaN: true }).map((value) => value + 0);
      await fc.assert(
        fc.asyncProperty(
          fc.uniqueArray(fc.tuple(fc.oneof(int64, small), fc.oneof(time, small), fc.oneof(double, small)), {
            minLength: 1,
            maxLength: 50,
            selector: String,
          }),
          async (tuples) => {
            const points = tuples.map(([step, timestamp, value]) => point(step, timestamp, value));
            const runId = await runWith(points);
            const byTime = points.toSorted(comparing("timestamp", "step", "value"));
            assert.deepEqual(await history(runId), byTime);
            assert.deepEqual(await latest(runId), points.toSorted(comparing("step", "timestamp", "value")).slice(-1));
            for (const limit of [1, 2, 7]) assert.deepEqual(await pages(runId, limit), byTime);
          },
        ),
        { numRuns: 30 },
      );
    });

    it("finds points that came late or early in order of time", async () => {
      for (const [step, timestamp] of [
        [9, 15],
        [1, 85],
        [5, 0],
        [5, 99],
      ] as const) {
        const points = Array.from({ length: 10 }, (_, index) =>
          point(index, index === step ? timestamp : 10 * index, 1),
        );
        const byTime = points.toSorted(comparing("timestamp", "step", "value"));
        for (const limit of [3, 4, 9, 10]) assert.deepEqual(await pages(await runWith(points), limit), byTime);
      }
    });

    async function pages(runId: string, limit: number): Promise<MetricPoint[]> {
      const all: MetricPoint[] = [];
      let after: Cursor | undefined;
      do {
        const query = { runId, key: "m", limit, ...(after && { after }) };
        const page = await store.read(({ metrics }) => metrics.getMetricHistory(query));
        assert.ok(page.items.length <= limit);
        all.push(...page.items);
        after = page.next;
      } while (after);
      return all;
    }

    it("refuses a cursor that no page ends with", async () => {
      for (const cursor of [
        [],
        [1, 2],
        [1, 2, 3, "x"],
        [null, 1, 1, 0],
        [1.5, 1, 1, 0],
        [2n ** 63n, 1, 1, 0],
        [1, 2, 3, 0, 5],
      ]) {
        const query = { runId: "r", key: "m", limit: 1, after: cursor };
        await runWith([point(1, 1, 1)]);
        await assert.rejects(
          store.read(({ metrics }) => metrics.getMetricHistory(query)),
          { kind: "invalidValue" },
        );
      }
    });

    it("gives the histories of several runs one after the other, as many points as asked for", async () => {
      const first = await runWith([point(2, 1, 1), point(1, 1, 1), point(1, 1, 1, "other")]);
      const second = await runWith([point(1, 9, 1)]);
      const bulk = (limit: number) =>
        store.read(({ metrics }) =>
          metrics.getMetricHistoryBulk({ runIds: [second, first, "none", first], key: "m", limit }),
        );
      const all = [
        { ...point(1, 1, 1), runId: first },
        { ...point(2, 1, 1), runId: first },
        { ...point(1, 9, 1), runId: second },
      ];
      assert.deepEqual(await bulk(10), all);
      assert.deepEqual(await bulk(2), all.slice(0, 2));
    });

    it("samples the first of evenly sized groups, and the last point", async () => {
      const numbers = (count: number) => Array.from({ length: count }, (_, step) => step);
      const runId = await runWith(numbers(1003).map((step) => point(step, 5000 - step, 1)));
      const steps = async (limit: number, range?: StepRange) =>
        (await sample([runId], limit, range)).map(({ step }) => Number(step));
      assert.deepEqual(await steps(1), [1002]);
      assert.deepEqual(await steps(2), [0, 1002]);
      assert.deepEqual(await steps(4), [0, 251, 502, 1002]);
      assert.deepEqual(await steps(10), [0, 101, 202, 303, 403, 503, 603, 703, 803, 1002]);
      assert.deepEqual(await steps(2500), numbers(1003));
      assert.deepEqual(await steps(3, { start: 10, end: 14 }), [10, 12, 14]);
      assert.deepEqual(await steps(3, { start: 2000, end: 3000 }), []);
      for (const limit of [30, 62, 63, 64, 500, 1002, 1003]) {
        assert.deepEqual(await steps(limit), expectedSample(numbers(1003), limit), String(limit));
      }
    });

    it("samples runs in the order they are asked for", async () => {
      const first = await runWith([point(1, 1, 1), point(2, 1, Number.NaN)]);
      const second = await runWith([point(7, 1, 1)]);
      const found = await sample([second, "none", first, second], 5);
      assert.deepEqual(
        found.map(({ runId, step, value }) => [runId, step, value]),
        [
          [second, 7, 1],
          [first, 1, 1],
          [first, 2, Number.NaN],
          [second, 7, 1],
        ],
      );
    });

    it("adds points to logged models, and says which models are not there", async () => {
      const modelId = "m-00000000000000000000000000000001";
      await store.transact(({ loggedModels }) =>
        loggedModels.insertLoggedModel({
          modelId,
          experimentId: experiment,
          name: "model",
          artifactLocation: "mlflow-artifacts:/x",
          creationTime: 1,
          lastUpdateTime: 1,
          status: "READY",
          params: [],
          tags: [],
        }),
      );
      const runId = await runWith([]);
      const dataset = { datasetName: "iris", datasetDigest: "1" };
      const unknown = await withRun(store, runId, (writer, run) =>
        writer.runs.logModelMetrics(run, [
          { ...point(1, 1, 1), modelId },
          { ...point(1, 1, 2), modelId, ...dataset },
          { ...point(2, 1, Number.NaN), modelId },
          { ...point(2, 1, 1), modelId: "m-none" },
        ]),
      );
      assert.deepEqual(unknown, ["m-none"]);
      const model = await store.read(({ loggedModels }) => loggedModels.getLoggedModel(modelId));
      assert.deepEqual(model?.metrics, [
        { ...point(1, 1, 2), runId, ...dataset },
        { ...point(2, 1, Number.NaN), runId },
      ]);
    });
  });
}

function shortest(value: bigint): Int64 {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

type PointField = "timestamp" | "step" | "value";

function comparing(...fields: readonly PointField[]): (a: MetricPoint, b: MetricPoint) => number {
  return (a, b) => {
    const field = fields.find((candidate) => a[candidate] !== b[candidate]);
    if (field === undefined) return 0;
    return a[field] < b[field] ? -1 : 1;
  };
}

/** The rule as upstream's SQL has it: the first of each NTILE group, the last row in place of the last group's. */
function expectedSample(rows: readonly number[], limit: number): number[] {
  if (rows.length <= limit) return [...rows];
  const sizes = Array.from(
    { length: limit },
    (_, group) => Math.floor(rows.length / limit) + (group < rows.length % limit ? 1 : 0),
  );
  const firsts: number[] = [];
  let position = 0;
  for (const size of sizes) {
    firsts.push(rows[position] ?? Number.NaN);
    position += size;
  }
  return [...firsts.slice(0, -1), ...rows.slice(-1)];
}
