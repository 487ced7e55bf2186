import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import fc from "fast-check";
import type { Filter } from "../../core/filter/filter.ts";
import type { ListQuery } from "../../core/filter/query.ts";
import type { ModelVersion } from "../../core/model/model-versions.ts";
import type { MetadataStore } from "../../core/ports/metadata-store.ts";
import { compareWithReferenceSearch } from "./compare-search.ts";
import { ascending, attribute, descending, is, isIn, isMissing, isNotIn, isPresent, not, tag } from "./conditions.ts";
import type { QueryVocabulary } from "./random-queries.ts";
import type { ValuesOf } from "./reference-search.ts";
import { newModel, newVersion } from "./registry-fixtures.ts";

/** What every store's search for model versions must do. `open` gives an empty store. */
export function testSearchModelVersions(name: string, open: () => Promise<MetadataStore>): void {
  describe(`search model versions: ${name}`, () => {
    let store: MetadataStore;
    let stored: ModelVersion[] = [];
    before(async () => {
      store = await open();
      stored = await insertVersions(store);
    });
    after(() => store.close());
    const search = (query: Partial<ListQuery>) =>
      store.read(({ modelVersions }) => modelVersions.searchModelVersions({ order: [], limit: 100, ...query }));
    const ids = async (query: Partial<ListQuery>) => (await search(query)).items.map(idOf).join(" ");

    it("lists what was updated last first, then by name, then the highest number; nothing that is deleted", async () => {
      assert.equal(await ids({}), "b/2 a/3 a/1 b/1");
    });

    it("orders", async () => {
      assert.equal(await ids({ order: [ascending(attribute("modelName"))] }), "a/3 a/1 b/2 b/1");
      assert.equal(await ids({ order: [descending(attribute("modelName"))] }), "b/2 b/1 a/3 a/1");
      assert.equal(await ids({ order: [ascending(attribute("number"))] }), "a/1 b/1 b/2 a/3");
      assert.equal(await ids({ order: [descending(attribute("creationTime"))] }), "a/3 a/1 b/2 b/1");
    });

    const cases: [title: string, filter: Filter, expected: string][] = [
      ["versions of a model", is(attribute("modelName"), "=", "a"), "a/3 a/1"],
      ["versions of models like this", is(attribute("modelName"), "like", "b%"), "b/2 b/1"],
      ["versions of listed models", isIn(attribute("modelName"), "b", "gone"), "b/2 b/1"],
      ["versions of a run", is(attribute("runId"), "=", "r1"), "a/1"],
      ["versions of listed runs", isIn(attribute("runId"), "r1", "r2"), "b/2 a/1"],
      ["versions of other runs, where there is one", isNotIn(attribute("runId"), "r1"), "b/2"],
      ["versions without a run", isMissing(attribute("runId")), "a/3 b/1"],
      ["numbers", is(attribute("number"), ">=", 2), "b/2 a/3"],
      ["sources", is(attribute("source"), "like", "s3://%"), "b/2"],
      ["stages", is(attribute("stage"), "=", "Production"), "a/3"],
      ["aliases", is(attribute("alias"), "=", "champion"), "a/1"],
      ["whatever has an alias", isPresent(attribute("alias")), "a/3 a/1"],
      ["tags", is(tag("ok"), "=", "yes"), "b/2"],
      ["what is not so", not(is(tag("ok"), "=", "yes")), "a/3 a/1 b/1"],
    ];
    for (const [title, filter, expected] of cases) {
      it(`finds ${title}`, async () => assert.equal(await ids({ filter }), expected));
    }

    it("gives whole versions", async () => {
      const { items } = await search({ filter: is(tag("ok"), "=", "yes") });
      assert.deepEqual(items, [stored.find((version) => idOf(version) === "b/2")]);
    });

    it("answers random questions like the plainest evaluation", async () => {
      await compareWithReferenceSearch<ModelVersion, undefined>({
        vocabulary: VOCABULARY,
        items: stored,
        idOf,
        valuesOf,
        scopes: fc.constant(undefined),
        isInScope: () => true,
        ties: (order) => [
          ...(order.length === 0 ? [descending(attribute("lastUpdateTime"))] : []),
          ascending(attribute("modelName")),
          descending(attribute("number")),
        ],
        search: async (query) => {
          const { items, next } = await search(query);
          return { items: items.map(idOf), ...(next && { next }) };
        },
      });
    });
  });
}

function idOf({ modelName, number }: ModelVersion): string {
  return `${modelName}/${number}`;
}

async function insertVersions(store: MetadataStore): Promise<ModelVersion[]> {
  await store.transact(async ({ registeredModels, modelVersions }) => {
    const insertModel = async (name: string) => ({
      name,
      id: await registeredModels.insertRegisteredModel(newModel(name)),
    });
    const [a, b, gone] = [await insertModel("a"), await insertModel("b"), await insertModel("gone")];
    const insert = (...version: Parameters<typeof newVersion>) =>
      modelVersions.insertModelVersion(newVersion(...version));
    await insert(b, { lastUpdateTime: 1, creationTime: 1 });
    await insert(a, { runId: "r1", lastUpdateTime: 2, creationTime: 3 });
    await insert(b, {
      runId: "r2",
      source: "s3://x",
      lastUpdateTime: 5,
      creationTime: 2,
      tags: [{ key: "ok", value: "yes" }],
    });
    await insert(a, { runId: "r1", stage: "Production" });
    await insert(a, { source: "/tmp", stage: "Production", lastUpdateTime: 2, creationTime: 4 });
    await insert(gone, { runId: "r1" });
    await registeredModels.setAlias(a.id, "champion", 1);
    await registeredModels.setAlias(a.id, "rival", 3);
    const second = await modelVersions.getModelVersion("a", 2);
    if (second) await modelVersions.deleteModelVersion(second, 9);
    await registeredModels.deleteRegisteredModel(gone.id, 9);
  });
  return store.read(async ({ modelVersions }) => {
    const versions = [
      await modelVersions.getModelVersion("a", 1),
      await modelVersions.getModelVersion("a", 3),
      await modelVersions.getModelVersion("b", 1),
      await modelVersions.getModelVersion("b", 2),
    ];
    return versions.filter((version) => version !== undefined);
  });
}

function valuesOf(version: ModelVersion): ValuesOf {
  return (field) => {
    if (field.kind === "tag") return version.tags.filter(({ key }) => key === field.key).map(({ value }) => value);
    if (field.kind !== "attribute") return [];
    if (field.name === "alias") return version.aliases;
    return [version[field.name as "modelName" | "runId"]].filter((value) => value !== undefined);
  };
}

const VOCABULARY: QueryVocabulary = {
  texts: [
    attribute("modelName"),
    attribute("runId"),
    attribute("source"),
    attribute("stage"),
    attribute("alias"),
    tag("ok"),
  ],
  numbers: [attribute("number"), attribute("creationTime"), attribute("lastUpdateTime")],
  optional: [attribute("runId"), attribute("alias"), tag("ok"), tag("unheard")],
  orders: [
    attribute("modelName"),
    attribute("number"),
    attribute("runId"),
    attribute("creationTime"),
    attribute("lastUpdateTime"),
    tag("ok"),
  ],
  textValues: ["a", "b", "r1", "r2", "None", "Production", "champion", "yes", "s3://x"],
  numberValues: [1, 2, 3, 3.5],
};
