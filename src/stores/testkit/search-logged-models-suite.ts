import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import fc from "fast-check";
import type { Filter } from "../../core/filter/filter.ts";
import type { LoggedModel } from "../../core/model/logged-models.ts";
import type { ModelMetric } from "../../core/model/runs.ts";
import type { LoggedModelOrderKey, LoggedModelQuery } from "../../core/ports/logged-models.ts";
import type { MetadataStore } from "../../core/ports/metadata-store.ts";
import { compareWithReferenceSearch } from "./compare-search.ts";
import { and, ascending, attribute, descending, is, isIn, metric, not, param, tag } from "./conditions.ts";
import type { QueryVocabulary } from "./random-queries.ts";
import type { ValuesOf } from "./reference-search.ts";
import { readAllPages } from "./search-pages.ts";

/** What every store's search for logged models must do. `open` gives an empty store. */
export function testSearchLoggedModels(name: string, open: () => Promise<MetadataStore>): void {
  describe(`search logged models: ${name}`, () => {
    let store: MetadataStore;
    let stored: LoggedModel[] = [];
    const experiments: number[] = [];
    before(async () => {
      store = await open();
      stored = await insertModels(store, experiments);
    });
    after(() => store.close());
    const search = (query: Partial<LoggedModelQuery>) =>
      store.read(({ loggedModels }) =>
        loggedModels.searchLoggedModels({ order: [], datasets: [], limit: 100, experimentIds: experiments, ...query }),
      );
    const names = async (query: Partial<LoggedModelQuery>) => {
      const models = await readAllPages((cursor) => search({ limit: 2, ...query, ...(cursor && { after: cursor }) }));
      return models.map((model) => model.name).join(" ");
    };

    it("lists the newest first, then by id; nothing that is deleted", async () => {
      assert.equal(await names({}), "plain iris2 wine iris1");
      assert.equal(await names({ experimentIds: experiments.slice(1) }), "plain");
      assert.equal(await names({ experimentIds: [] }), "");
    });

    const cases: [title: string, filter: Filter, expected: string][] = [
      ["names", is(attribute("name"), "like", "iris%"), "iris2 iris1"],
      ["types, where there is one", is(attribute("modelType"), "!=", "net"), "iris1"],
      ["states", is(attribute("status"), "=", "READY"), "wine"],
      ["listed runs", isIn(attribute("sourceRunId"), "run", "other"), "iris1"],
      ["params", is(param("depth"), "=", "3"), "iris2 iris1"],
      ["tags", is(tag("team"), "ilike", "RED"), "wine"],
      ["any of a metric's values", and(is(metric("acc"), "=", 0.5), is(metric("acc"), "=", 0.9)), "iris1"],
      ["NaN by != alone", is(metric("acc"), "!=", 0.7), "wine iris1"],
      ["what is not so", not(is(metric("acc"), ">", 0.6)), "plain wine"],
    ];
    for (const [title, filter, expected] of cases) {
      it(`finds ${title}`, async () => assert.equal(await names({ filter }), expected));
    }

    it("looks at metrics on the given datasets alone", async () => {
      const datasets = [{ name: "test", digest: "d2" }];
      assert.equal(await names({ filter: is(metric("acc"), "<", 1), datasets }), "iris1");
      assert.equal(await names({ filter: is(metric("acc"), "=", 0.9), datasets }), "");
      assert.equal(await names({ datasets }), "iris1");
      assert.equal(await names({ datasets: [...datasets, { name: "train" }] }), "iris2 iris1");
    });

    const orders: [title: string, order: LoggedModelOrderKey[], expected: string][] = [
      [
        "a metric's latest value",
        [{ field: { kind: "metric", key: "acc" }, descending: true }],
        "iris1 iris2 wine plain",
      ],
      [
        "upwards with NaN and missing last",
        [{ field: { kind: "metric", key: "acc" }, descending: false }],
        "iris2 iris1 wine plain",
      ],
      [
        "a metric on a dataset",
        [{ field: { kind: "metric", key: "acc", dataset: { name: "train" } }, descending: true }],
        "iris2 iris1 plain wine",
      ],
      ["names", [{ field: { kind: "attribute", name: "name" }, descending: false }], "iris1 iris2 plain wine"],
      [
        "types, missing last",
        [{ field: { kind: "attribute", name: "modelType" }, descending: true }],
        "iris1 iris2 plain wine",
      ],
    ];
    for (const [title, order, expected] of orders) {
      it(`orders by ${title}`, async () => assert.equal(await names({ order }), expected));
    }

    it("gives whole models", async () => {
      const { items } = await search({ filter: is(attribute("name"), "=", "iris1") });
      assert.deepEqual(items, [stored.find((model) => model.name === "iris1")]);
    });

    it("answers random questions like the plainest evaluation", async () => {
      await compareWithReferenceSearch<LoggedModel, number[]>({
        vocabulary: VOCABULARY,
        items: stored,
        idOf: (model) => model.name,
        valuesOf,
        scopes: fc.subarray(experiments, { minLength: 1 }),
        isInScope: (model, scope) => scope.includes(model.experimentId),
        ties: () => [descending(attribute("creationTime")), ascending(attribute("modelId"))],
        search: async ({ order, ...query }, experimentIds) => {
          const keys = order as readonly LoggedModelOrderKey[];
          const { items, next } = await search({ ...query, order: keys, experimentIds });
          return { items: items.map((model) => model.name), ...(next && { next }) };
        },
      });
    });
  });
}

async function insertModels(store: MetadataStore, experiments: number[]): Promise<LoggedModel[]> {
  await store.transact(async (writer) => {
    for (const name of ["first", "second"]) {
      experiments.push(
        await writer.experiments.insertExperiment({
          name,
          artifactLocation: "",
          lifecycleStage: "active",
          creationTime: 1,
          lastUpdateTime: 1,
          tags: [],
        }),
      );
    }
    const [first = 0, second = 0] = experiments;
    const insert = (modelId: string, model: Partial<LoggedModel>) =>
      writer.loggedModels.insertLoggedModel({
        modelId,
        experimentId: first,
        name: modelId,
        artifactLocation: "",
        creationTime: 1,
        lastUpdateTime: 1,
        status: "PENDING",
        params: [],
        tags: [],
        ...model,
      });
    const depth = { params: [{ key: "depth", value: "3" }] };
    await insert("m-1", { name: "iris1", modelType: "tree", sourceRunId: "run", ...depth });
    await insert("m-2", { name: "iris2", modelType: "net", creationTime: 2, ...depth });
    await insert("m-3", { name: "wine", status: "READY", creationTime: 2, tags: [{ key: "team", value: "red" }] });
    await insert("m-0", { name: "plain", experimentId: second, creationTime: 3 });
    await insert("m-4", { name: "gone" });
    await writer.loggedModels.deleteLoggedModel("m-4", 9);
    await logModelMetrics(writer, first);
  });
  return store.read(async ({ loggedModels }) => {
    const models: LoggedModel[] = [];
    for (const id of ["m-1", "m-2", "m-3", "m-0"]) {
      const model = await loggedModels.getLoggedModel(id);
      if (model) models.push(model);
    }
    return models;
  });
}

async function logModelMetrics(
  { runs }: Parameters<Parameters<MetadataStore["transact"]>[0]>[0],
  experimentId: number,
): Promise<void> {
  const run = await runs.insertRun({
    runId: "run",
    experimentId,
    name: "run",
    userId: "",
    status: "RUNNING",
    startTime: 1,
    artifactUri: "",
    lifecycleStage: "active",
  });
  const on = (datasetName: string, datasetDigest: string) => ({ datasetName, datasetDigest });
  const acc = (modelId: string, value: number, timestamp: number, dataset = {}): ModelMetric => ({
    ...{ key: "acc", step: 0, modelId, value, timestamp },
    ...dataset,
  });
  await runs.logModelMetrics(run, [
    acc("m-1", 0.5, 1, on("test", "d2")),
    acc("m-1", 0.6, 2, on("train", "d1")),
    acc("m-1", 0.9, 3),
    acc("m-2", 0.7, 1, on("train", "d1")),
    acc("m-3", Number.NaN, 1, on("test", "d1")),
  ]);
}

/** A metric's last value comes first: orders look at it alone. */
function valuesOf(model: LoggedModel): ValuesOf {
  return (field) => {
    switch (field.kind) {
      case "attribute":
        return [model[field.name as "name" | "modelType"]].filter((value) => value !== undefined);
      case "metric": {
        const points = model.metrics.filter(({ key }) => key === field.key);
        return points.sort((left, right) => Number(right.timestamp) - Number(left.timestamp)).map(({ value }) => value);
      }
      case "dataset":
      case "property":
        return [];
      default:
        return model[`${field.kind}s`].filter(({ key }) => key === field.key).map(({ value }) => value);
    }
  };
}

const VOCABULARY: QueryVocabulary = {
  texts: [
    attribute("name"),
    attribute("modelId"),
    attribute("modelType"),
    attribute("status"),
    param("depth"),
    tag("team"),
  ],
  numbers: [attribute("creationTime"), attribute("experimentId"), metric("acc"), metric("unheard")],
  optional: [attribute("modelType"), metric("acc"), param("depth"), tag("team")],
  orders: [attribute("name"), attribute("modelType"), attribute("lastUpdateTime"), metric("acc")],
  textValues: ["iris1", "wine", "m-0", "tree", "READY", "3", "red"],
  numberValues: [0.5, 0.7, 0.9, 1, 2],
};
