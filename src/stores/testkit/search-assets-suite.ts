import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import fc from "fast-check";
import type { Filter } from "../../core/filter/filter.ts";
import type { AssetKind } from "../../core/model/assets.ts";
import type { RunHandle } from "../../core/model/runs.ts";
import type { AssetQuery, NewAsset } from "../../core/ports/assets.ts";
import type { MetadataStore, Writer } from "../../core/ports/metadata-store.ts";
import { compareWithReferenceSearch } from "./compare-search.ts";
import { ascending, attribute } from "./conditions.ts";
import {
  optional,
  randomFields,
  randomText,
  randomTime,
  type TestRecord,
  valuesOfRecord,
  vocabularyWith,
} from "./random-records.ts";
import { insertExperiment, newRun } from "./tracking-fixtures.ts";

const KINDS: readonly AssetKind[] = ["model", "document", "dataset", "metric", "parameter"];

/** What filters on assets must do, whatever the assets are a view of. `open` gives an empty store. */
export function testSearchAssets(name: string, open: () => Promise<MetadataStore>): void {
  describe(`search assets: ${name}`, () => {
    let store: MetadataStore;
    let stored: readonly TestRecord[];
    before(async () => {
      store = await open();
      const experimentId = await insertExperiment(store, "assets");
      for (const runId of ["one", "two"]) {
        await store.transact(async (writer) => {
          const run = await writer.runs.insertRun(newRun(runId, experimentId));
          await insertRandom(writer, run);
          await insertViews(writer, run, experimentId);
        });
      }
      stored = (await list({ order: [], limit: 1000 })).items;
    });
    after(() => store.close());
    const list = async (query: AssetQuery) => {
      const { items, next } = await store.read(({ assets }) => assets.listAssets(query));
      return { items: items as unknown as TestRecord[], ...(next && { next }) };
    };

    it("compares texts by their bytes, also those that no column holds", async () => {
      const compared = async (operator: "<" | ">") => {
        const filter: Filter = { kind: "comparison", field: attribute("kind"), operator, value: "😀" };
        return (await list({ filter, order: [], limit: 1000 })).items.length;
      };
      assert.deepEqual([await compared("<"), await compared(">")], [stored.length, 0]);
    });

    it("answers random questions like the plainest evaluation", () =>
      compareWithReferenceSearch<TestRecord, Pick<AssetQuery, "kinds" | "parent">>({
        vocabulary: vocabularyWith({
          texts: ["kind", "state", "uri", "digest", "text", "valueType"].map(attribute),
          numbers: ["runId", "versionId", "value", "step", "timestamp"].map(attribute),
          optional: ["state", "uri", "runId", "value", "step", "text"].map(attribute),
        }),
        items: stored,
        idOf: ({ id }) => String(id),
        valuesOf: valuesOfRecord,
        scopes: fc.oneof(
          fc.constant({}),
          fc.subarray([...KINDS]).map((kinds) => ({ kinds })),
          fc.constantFrom(1, 2, 3).map((runId) => ({ parent: { runId } })),
        ),
        isInScope: ({ kind, runId }, { kinds, parent }) =>
          (kinds === undefined || kinds.includes(kind as AssetKind)) &&
          (parent === undefined || ("runId" in parent && parent.runId === runId)),
        ties: () => [ascending(attribute("id"))],
        search: async (query, scope) => {
          const { items, next } = await list({ ...query, ...scope });
          return { items: items.map(({ id }) => String(id)), ...(next && { next }) };
        },
      }));
  });
}

/** Assets of every kind, some of them of the run. */
async function insertRandom({ assets }: Writer, { rowId, runId }: RunHandle): Promise<void> {
  const random = fc.record({
    kind: fc.constantFrom(...KINDS),
    state: optional(fc.constantFrom("LIVE", "PENDING")),
    uri: optional(randomText),
    digest: optional(randomText),
    step: optional(randomTime),
    runId: fc.constantFrom(rowId, undefined),
  });
  const values = fc.record({
    value: fc.constantFrom(0, 0.5, 2, Number.NaN),
    text: randomText,
    valueType: fc.constantFrom("string", "number"),
  });
  const samples = fc.sample(fc.tuple(randomFields, random, values), { numRuns: 40, seed: rowId });
  for (const [index, [common, special, { value, ...parameter }]] of samples.entries()) {
    const { externalId } = common;
    await assets.insertAsset({
      ...common,
      ...special,
      ...(special.kind === "metric" && { value }),
      ...(special.kind === "parameter" && parameter),
      externalId: externalId && externalId + runId + index,
    } as NewAsset);
  }
}

/** A logged model, a dataset input, metrics and params, with the tags that such things have. */
async function insertViews(writer: Writer, run: RunHandle, experimentId: number): Promise<void> {
  const tags = [
    { key: "p", value: "ab" },
    { key: "q", value: run.runId },
  ];
  await writer.loggedModels.insertLoggedModel({
    modelId: `m-${run.runId}`,
    experimentId,
    name: "logged",
    sourceRunId: run.runId,
    artifactLocation: "s3://a",
    creationTime: 2,
    lastUpdateTime: 3,
    status: "READY",
    params: [],
    tags,
  });
  const dataset = { name: "iris", digest: "a", sourceType: "", source: "" };
  await writer.runs.logDatasetInputs(run, [{ dataset, tags }], 4);
  await writer.runs.logMetrics(run, [
    { key: "m", value: 0.5, timestamp: 1, step: 2 },
    { key: "n", value: Number.NaN, timestamp: 2, step: 0 },
  ]);
  await writer.runs.insertParams(run, [{ key: "p", value: "ab" }]);
}
