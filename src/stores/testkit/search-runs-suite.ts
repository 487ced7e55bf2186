import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import fc from "fast-check";
import type { Field, Filter, OrderKey } from "../../core/filter/filter.ts";
import type { ViewType } from "../../core/filter/query.ts";
import type { Run, RunInfo } from "../../core/model/runs.ts";
import type { Cursor, Int64, Page } from "../../core/model/values.ts";
import type { MetadataStore } from "../../core/ports/metadata-store.ts";
import { compareWithReferenceSearch } from "./compare-search.ts";
import {
  and,
  ascending,
  attribute,
  dataset,
  descending,
  is,
  isIn,
  isMissing,
  isNotIn,
  isPresent,
  metric,
  not,
  or,
  param,
  tag,
} from "./conditions.ts";
import type { QueryVocabulary } from "./random-queries.ts";
import type { ValuesOf } from "./reference-search.ts";
import { readAllPages } from "./search-pages.ts";

interface TestRun {
  info: RunInfo;
  metrics?: Record<string, number>;
  params?: Record<string, string>;
  tags?: Record<string, string>;
  datasets?: { name: string; digest: string; context?: string }[];
}

interface TestQuery {
  filter?: Filter;
  order?: readonly OrderKey[];
  limit?: number;
  view?: ViewType;
  experimentIds?: number[];
}

/** What every store's search for runs must do. `open` gives an empty store. */
export function testSearchRuns(name: string, open: () => Promise<MetadataStore>): void {
  describe(`search runs: ${name}`, () => {
    let store: MetadataStore;
    const experiments: number[] = [];
    before(async () => {
      store = await open();
      for (let index = 0; index < 3; index++) experiments.push(await newExperiment(store, `search ${index}`));
    });
    after(() => store.close());

    const search = (query: TestQuery, cursor?: Cursor) =>
      store.read(({ runs }) =>
        runs.searchRuns({
          order: query.order ?? [],
          limit: query.limit ?? 100,
          view: query.view ?? "active",
          experimentIds: query.experimentIds ?? experiments,
          ...(query.filter && { filter: query.filter }),
          ...(cursor && { after: cursor }),
        }),
      );
    const searchIds = async (query: TestQuery) => {
      const runs = await readAllPages((cursor) => search(query, cursor));
      return runs.map((run) => run.info.runId);
    };
    const insert = (runs: readonly TestRun[]) => insertRuns(store, runs);

    describe("finds", () => {
      let experiment = 0;
      const find = async (filter: Filter) => (await searchIds({ filter, experimentIds: [experiment] })).join(" ");
      before(async () => {
        experiment = await newExperiment(store, "finds");
        await insert([
          {
            info: newRun("a", experiment, { startTime: 5, name: "Alpha", status: "FINISHED", endTime: 50 }),
            metrics: { loss: 0.5, acc: 1 },
            params: { model: "tree", depth: "3" },
            tags: { team: "Red", note: "100%" },
            datasets: [{ name: "iris", digest: "d1", context: "train" }],
          },
          {
            info: newRun("b", experiment, { startTime: 4, name: "beta" }),
            metrics: { loss: Number.NaN },
            params: { model: "Tree", depth: "" },
            tags: { team: "red" },
            datasets: [
              { name: "iris", digest: "d2" },
              { name: "wine", digest: "d1", context: "test" },
            ],
          },
          {
            info: newRun("c", experiment, { startTime: 3, name: "gamma" }),
            metrics: { loss: 2 },
            params: { model: "forest" },
            tags: { team: "reduction" },
          },
          { info: newRun("d", experiment, { startTime: 2n ** 60n, name: "Éclair" }) },
        ]);
      });

      const cases: [title: string, filter: Filter, expected: string][] = [
        ["a number", is(metric("loss"), "<", 1), "a"],
        ["NaN by != alone", is(metric("loss"), "!=", 2), "a b"],
        ["nothing else by NaN", or(is(metric("loss"), "<=", 2), is(metric("loss"), ">", 2)), "a c"],
        ["a key that no run has: nothing", is(metric("unheard"), "!=", 2), ""],
        ["what is not so, without the key too", not(is(metric("unheard"), "=", 2)), "d a b c"],
        ["!= only where the key is", is(param("depth"), "!=", "3"), "b"],
        ["NOT where the key is not, too", not(is(param("depth"), "=", "3")), "d b c"],
        ["LIKE minding case", is(param("model"), "like", "tr%"), "a"],
        ["ILIKE not minding case", is(param("model"), "ilike", "TR%"), "a b"],
        ["one character by _", is(tag("team"), "like", "_ed"), "a b"],
        ["LIKE without a wildcard as equal", is(tag("team"), "like", "red"), "b"],
        ["no escape characters in a pattern", is(tag("note"), "like", "100\\%"), ""],
        ["one of a list", isIn(param("model"), "tree", "forest", "oak"), "a c"],
        ["none of a list, where the key is", isNotIn(param("model"), "tree"), "b c"],
        ["nothing of an empty list", isIn(param("model")), ""],
        ["all that have the key outside of an empty list", isNotIn(param("model")), "a b c"],
        ["a key that is there", isPresent(tag("note")), "a"],
        ["a key that is not", isMissing(param("depth")), "d c"],
        ["several conditions on one key", and(is(metric("loss"), ">", 0), is(metric("loss"), "<", 1)), "a"],
        ["one or the other", or(is(metric("acc"), "=", 1), is(attribute("name"), "=", "gamma")), "a c"],
        ["a name", is(attribute("name"), "like", "%a"), "a b c"],
        ["ids", isIn(attribute("runId"), "c", "a", "nobody"), "a c"],
        ["a status", is(attribute("status"), "!=", "RUNNING"), "a"],
        ["an end only where there is one", is(attribute("endTime"), "!=", 7), "a"],
        ["a missing end", isMissing(attribute("endTime")), "d b c"],
        ["a time beyond 2^53", is(attribute("startTime"), "=", 2n ** 60n), "d"],
        ["times by fractions", and(is(attribute("startTime"), ">", 3.5), is(attribute("startTime"), "<", 4.5)), "b"],
        ["no time that is a fraction", is(attribute("startTime"), "=", 3.5), ""],
        ["times by what no integer reaches", is(attribute("startTime"), "<", 1e300), "d a b c"],
        ["a dataset", is(dataset("name"), "=", "wine"), "b"],
        ["a dataset by digest", is(dataset("digest"), "=", "d1"), "a b"],
        ["a dataset by context", isIn(dataset("context"), "test", "other"), "b"],
        [
          "datasets by conditions that other datasets fulfil",
          and(is(dataset("name"), "=", "iris"), is(dataset("context"), "=", "test")),
          "b",
        ],
      ];
      for (const [title, filter, expected] of cases) {
        it(title, async () => assert.equal(await find(filter), expected));
      }

      it("deeply nested and long filters", async () => {
        const long = or(
          ...Array.from({ length: 900 }, (_, index) => is(metric("loss"), "=", index + 100)),
          is(metric("loss"), "=", 2),
        );
        assert.equal(await find(long), "c");
        let deep: Filter = is(metric("loss"), "=", 2);
        for (let depth = 0; depth < 100; depth++) deep = not(deep);
        assert.equal(await find(deep), "c");
      });

      it("nothing for filters and orders that are too large, and says so", async () => {
        const tooMany = or(...Array.from({ length: 1001 }, () => is(metric("loss"), "=", 1)));
        let tooDeep: Filter = is(metric("loss"), "=", 2);
        for (let depth = 0; depth < 5000; depth++) tooDeep = not(tooDeep);
        for (const filter of [tooMany, tooDeep, is(tag("team"), "like", "x".repeat(50_001))]) {
          await assert.rejects(find(filter), { kind: "invalidValue" });
        }
        const order = Array.from({ length: 101 }, (_, index) => ascending(metric(`m${index}`)));
        await assert.rejects(search({ order }), { kind: "invalidValue" });
      });

      it("complete runs", async () => {
        const { items } = await search({ filter: is(attribute("runId"), "=", "a"), experimentIds: [experiment] });
        const [run] = items;
        assert.equal(run?.info.name, "Alpha");
        assert.deepEqual(run?.params.map(({ key, value }) => `${key}=${value}`).sort(), ["depth=3", "model=tree"]);
        assert.equal(run?.metrics.length, 2);
        assert.equal(run?.datasetInputs[0]?.dataset.name, "iris");
      });

      it("nothing without experiments, and the runs of each stage", async () => {
        const other = await newExperiment(store, "stages");
        await insert([
          { info: newRun("stage1", other, { startTime: 1 }) },
          { info: newRun("stage2", other, { startTime: 2, lifecycleStage: "deleted" }) },
        ]);
        assert.deepEqual(await searchIds({ experimentIds: [] }), []);
        assert.deepEqual(await searchIds({ experimentIds: [other] }), ["stage1"]);
        assert.deepEqual(await searchIds({ experimentIds: [other], view: "deleted" }), ["stage2"]);
        assert.deepEqual(await searchIds({ experimentIds: [other, other], view: "all" }), ["stage2", "stage1"]);
      });

      it("runs among very many experiments", async () => {
        const unknown = Array.from({ length: 150 }, (_, index) => 1_000_000 + index);
        for (const order of [[], [descending(metric("loss"))]]) {
          const few = await searchIds({ order, experimentIds: [experiment] });
          assert.deepEqual(await searchIds({ order, limit: 2, experimentIds: [...unknown, experiment] }), few);
        }
      });
    });

    describe("orders", () => {
      let experiment = 0;
      const ordered = async (...order: OrderKey[]) => {
        const whole = await searchIds({ order, experimentIds: [experiment] });
        assert.deepEqual(await searchIds({ order, experimentIds: [experiment], limit: 1 }), whole);
        return whole.join(" ");
      };
      before(async () => {
        experiment = await newExperiment(store, "orders");
        const metrics = (m: number) => ({ metrics: { m } });
        await insert([
          {
            info: newRun("one", experiment, { startTime: 1, name: "x", endTime: 9 }),
            ...metrics(1),
            params: { p: "9" },
          },
          { info: newRun("two", experiment, { startTime: 2, name: "X" }), ...metrics(2), params: { p: "10" } },
          { info: newRun("nan", experiment, { startTime: 3, name: "y", endTime: 3 }), ...metrics(Number.NaN) },
          { info: newRun("nan2", experiment, { startTime: 3, name: "y" }), ...metrics(Number.NaN), params: { p: "" } },
          { info: newRun("none", experiment, { startTime: 5, name: "é" }) },
          { info: newRun("also2", experiment, { startTime: 6, name: "z" }), ...metrics(2) },
        ]);
      });

      const cases: [title: string, order: OrderKey[], expected: string][] = [
        ["newest first, then by id", [], "also2 none nan nan2 two one"],
        ["oldest first, then by id", [ascending(attribute("startTime"))], "one two nan nan2 none also2"],
        ["a metric: numbers, NaN, missing", [ascending(metric("m"))], "one also2 two nan nan2 none"],
        ["a metric downwards: numbers, NaN, missing", [descending(metric("m"))], "also2 two one nan nan2 none"],
        ["params as text, missing last", [ascending(param("p"))], "nan2 two one also2 none nan"],
        ["params downwards, missing last", [descending(param("p"))], "one two nan2 also2 none nan"],
        ["ends, missing last", [descending(attribute("endTime"))], "one nan also2 none nan2 two"],
        ["names by code point", [ascending(attribute("name"))], "two one nan nan2 also2 none"],
        ["a key that no run has", [ascending(metric("unheard"))], "also2 none nan nan2 two one"],
        ["two keys", [descending(metric("m")), ascending(attribute("startTime"))], "two also2 one nan nan2 none"],
        ["a key twice: the first", [ascending(metric("m")), descending(metric("m"))], "one also2 two nan nan2 none"],
        ["two metrics", [ascending(metric("unheard")), descending(metric("m"))], "also2 two one nan nan2 none"],
      ];
      for (const [title, order, expected] of cases) {
        it(title, async () => assert.equal(await ordered(...order), expected));
      }
    });

    describe("pages", () => {
      const orders = [[], [descending(metric("m"))], [ascending(param("p"))], [ascending(attribute("name"))]];
      for (const order of orders) {
        const title = order.map(({ field }) => field.kind).join() || "default";
        it(`neither skip nor repeat runs while others are added: ${title}`, async () => {
          const experiment = await newExperiment(store, `pages ${title}`);
          const runAt = (id: string, value: number): TestRun => ({
            info: newRun(`${experiment}-${id}`, experiment, { startTime: value, name: id }),
            metrics: { m: value },
            params: { p: String(value) },
          });
          await insert(Array.from({ length: 10 }, (_, index) => runAt(`old${index}`, index * 10)));
          let inserted = 0;
          const found = await readAllPages(async (cursor) => {
            if (cursor && inserted < 15) await insert([1, 45, 99].map((value) => runAt(`new${++inserted}`, value)));
            return search({ order, limit: 3, experimentIds: [experiment] }, cursor);
          });
          const ids = found.map((run) => run.info.runId);
          assert.equal(new Set(ids).size, ids.length, "no run twice");
          assert.equal(ids.filter((id) => id.includes("old")).length, 10, "every run that was there");
        });
      }

      it("go on where a key of the order came to be used in between", async () => {
        const experiment = await newExperiment(store, "new key");
        await insert([1, 2, 3].map((value) => ({ info: newRun(`nk${value}`, experiment, { startTime: value }) })));
        const order = [ascending(metric("later")), ascending(param("later-param"))];
        const first = await search({ order, limit: 2, experimentIds: [experiment] });
        await insert([{ info: newRun("nk4", experiment), metrics: { later: 1 }, params: { "later-param": "1" } }]);
        const second = await search({ order, limit: 2, experimentIds: [experiment] }, first.next);
        assert.deepEqual(
          [...first.items, ...second.items].map((run) => run.info.runId),
          ["nk3", "nk2", "nk1"],
        );
      });

      it("refuse a cursor of another order", async () => {
        for (const cursor of [[], ["x"], [1, 2, 3], [1.5, "x"], [null, "x"], [0, 1, 2, 3, 4, 5]]) {
          await assert.rejects(search({}, cursor), { kind: "invalidValue" }, JSON.stringify(cursor));
          await assert.rejects(search({ order: [ascending(metric("m"))] }, cursor), { kind: "invalidValue" });
        }
      });
    });

    it("answers random questions like the plainest evaluation", { timeout: 120_000 }, async () => {
      for (const round of [1, 2, 3]) await compareWithReference(await insertRandomRuns(store, round), search);
    });
  });
}

async function compareWithReference(
  runs: readonly TestRun[],
  search: (query: TestQuery, cursor?: Cursor) => Promise<Page<Run>>,
): Promise<void> {
  const ids = [...new Set(runs.map((run) => run.info.experimentId))];
  await compareWithReferenceSearch({
    vocabulary: VOCABULARY,
    items: runs,
    idOf: (run) => run.info.runId,
    valuesOf: valuesOfRun,
    scopes: fc.record({
      experimentIds: fc.subarray(ids, { minLength: 1 }),
      view: fc.constantFrom<ViewType>("active", "deleted", "all"),
    }),
    isInScope: ({ info }, { experimentIds, view }) =>
      experimentIds.includes(info.experimentId) && (view === "all" || info.lifecycleStage === view),
    ties: () => [descending(attribute("startTime")), ascending(attribute("runId"))],
    search: async (query, scope) => {
      const { items, next } = await search({ ...query, ...scope }, query.after);
      return { items: items.map((run) => run.info.runId), ...(next && { next }) };
    },
  });
}

const VOCABULARY: QueryVocabulary = {
  texts: [
    attribute("name"),
    attribute("runId"),
    attribute("status"),
    param("p"),
    param("q"),
    param("unheard"),
    tag("t"),
    dataset("name"),
    dataset("context"),
  ],
  numbers: [attribute("startTime"), attribute("endTime"), metric("m"), metric("n"), metric("unheard")],
  optional: [attribute("endTime"), metric("m"), metric("unheard"), param("q"), tag("t"), dataset("context")],
  orders: [
    attribute("startTime"),
    attribute("endTime"),
    attribute("name"),
    attribute("status"),
    attribute("experimentId"),
    attribute("runId"),
    metric("m"),
    metric("n"),
    metric("unheard"),
    param("p"),
    param("q"),
    tag("t"),
  ],
  textValues: ["", "a", "A", "ab", "aB", "b", "Ab%", "_a", "é", "\u{1f600}", "\uffff", "RUNNING", "FINISHED", "r3"],
  numberValues: [-1, 0, 0.5, 1, 1.5, 2, 3, 2n ** 60n, 1e300],
};

async function insertRandomRuns(store: MetadataStore, round: number): Promise<TestRun[]> {
  const experiments: number[] = [];
  for (let index = 0; index < 3; index++) experiments.push(await newExperiment(store, `random ${round} ${index}`));
  const texts = fc.constantFrom(...VOCABULARY.textValues);
  const numbers = fc.constantFrom(-1, 0, 0.5, 1, 2, Number.NaN, 1.7976931348623157e308);
  const times: fc.Arbitrary<Int64> = fc.constantFrom<Int64>(0, 1, 2, 3, 2n ** 60n);
  const some = <T>(keys: string[], values: fc.Arbitrary<T>) =>
    fc.record(Object.fromEntries(keys.map((key) => [key, values])), { requiredKeys: [] });
  const random = fc.record({
    name: texts,
    experimentId: fc.constantFrom(...experiments),
    status: fc.constantFrom("RUNNING" as const, "FINISHED" as const),
    startTime: times,
    endTime: fc.option(times, { nil: undefined }),
    lifecycleStage: fc.constantFrom("active" as const, "active" as const, "deleted" as const),
    metrics: some(["m", "n"], numbers),
    params: some(["p", "q"], texts),
    tags: some(["t"], texts),
    datasets: fc.subarray([
      { name: "a", digest: "1", context: "b" },
      { name: "b", digest: "2" },
    ]),
  });
  const runs = fc.sample(random, { numRuns: 60, seed: round }).map(
    ({ metrics, params, tags, datasets, endTime, ...info }, index): TestRun => ({
      info: newRun(`r${round}-${index}`, info.experimentId, { ...info, ...(endTime !== undefined && { endTime }) }),
      metrics: metrics as Record<string, number>,
      params: params as Record<string, string>,
      tags: tags as Record<string, string>,
      datasets,
    }),
  );
  await insertRuns(store, runs);
  return runs;
}

function valuesOfRun({ info, metrics = {}, params = {}, tags = {}, datasets = [] }: TestRun): ValuesOf {
  const keyed = { metric: metrics, param: params, tag: tags };
  return (field: Field) => {
    switch (field.kind) {
      case "attribute":
        return [info[field.name as keyof RunInfo]].filter((value) => value !== undefined);
      case "dataset":
        return datasets.map((item) => item[field.name]).filter((value) => value !== undefined);
      case "property":
        return [];
      default: {
        const value = keyed[field.kind][field.key];
        return value === undefined ? [] : [value];
      }
    }
  };
}

function newExperiment(store: MetadataStore, name: string): Promise<number> {
  return store.transact(({ experiments }) =>
    experiments.insertExperiment({
      name,
      artifactLocation: "",
      lifecycleStage: "active",
      creationTime: 1,
      lastUpdateTime: 1,
      tags: [],
    }),
  );
}

function newRun(runId: string, experimentId: number, fields: Partial<RunInfo> = {}): RunInfo {
  return {
    runId,
    experimentId,
    name: runId,
    userId: "",
    status: "RUNNING",
    startTime: 1,
    artifactUri: `file:${runId}`,
    lifecycleStage: "active",
    ...fields,
  };
}

function insertRuns(store: MetadataStore, runs: readonly TestRun[]): Promise<void> {
  return store.transact(async (writer) => {
    for (const { info, metrics = {}, params = {}, tags = {}, datasets = [] } of runs) {
      const run = await writer.runs.insertRun(info);
      await writer.runs.logMetrics(
        run,
        Object.entries(metrics).map(([key, value]) => ({ key, value, timestamp: 1, step: 0 })),
      );
      await writer.runs.insertParams(run, toPairs(params));
      await writer.runs.setRunTags(run, toPairs(tags));
      await writer.runs.logDatasetInputs(
        run,
        datasets.map(({ name, digest, context }) => ({
          dataset: { name, digest, sourceType: "", source: "" },
          tags: context === undefined ? [] : [{ key: "mlflow.data.context", value: context }],
        })),
        1,
      );
    }
  });
}

function toPairs(values: Record<string, string>): { key: string; value: string }[] {
  return Object.entries(values).map(([key, value]) => ({ key, value }));
}
