import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import fc from "fast-check";
import type { Filter, OrderKey } from "../../core/filter/filter.ts";
import type { ListQuery, ViewType } from "../../core/filter/query.ts";
import type { Experiment } from "../../core/model/experiments.ts";
import type { MetadataStore } from "../../core/ports/metadata-store.ts";
import { compareWithReferenceSearch } from "./compare-search.ts";
import { ascending, attribute, descending, is, isIn, isMissing, isPresent, not, tag } from "./conditions.ts";
import type { QueryVocabulary } from "./random-queries.ts";
import type { ValuesOf } from "./reference-search.ts";

/** What every store's search for experiments must do. `open` gives an empty store. */
export function testSearchExperiments(name: string, open: () => Promise<MetadataStore>): void {
  describe(`search experiments: ${name}`, () => {
    let store: MetadataStore;
    let stored: Experiment[] = [];
    before(async () => {
      store = await open();
      stored = await insertExperiments(store);
    });
    after(() => store.close());
    const search = (query: Partial<ListQuery> & { view?: ViewType }) =>
      store.read(({ experiments }) =>
        experiments.searchExperiments({ order: [], limit: 100, view: "active", ...query }),
      );
    const names = async (query: Partial<ListQuery> & { view?: ViewType }) =>
      (await search(query)).items.map((experiment) => experiment.name).join(" ");

    it("lists the newest first, of one time the oldest id first", async () => {
      assert.equal(await names({}), "delta beta alpha Alps");
    });

    it("breaks the ties of any other order by id, the highest first", async () => {
      assert.equal(await names({ order: [descending(attribute("creationTime"))] }), "delta beta Alps alpha");
      assert.equal(await names({ order: [ascending(attribute("lastUpdateTime"))] }), "beta Alps alpha delta");
      assert.equal(await names({ order: [ascending(attribute("name"))] }), "Alps alpha beta delta");
    });

    it("shows the stage that is asked for", async () => {
      assert.equal(await names({ view: "deleted" }), "gamma");
      assert.equal(await names({ view: "all" }), "delta gamma beta alpha Alps");
    });

    const cases: [title: string, filter: Filter, expected: string][] = [
      ["names", is(attribute("name"), "like", "al%"), "alpha"],
      ["names, not minding case", is(attribute("name"), "ilike", "al%"), "alpha Alps"],
      ["tags", is(tag("k"), "!=", "v1"), "beta"],
      ["what has a tag", isPresent(tag("k")), "beta alpha"],
      ["what lacks a tag", isMissing(tag("k")), "delta Alps"],
      ["what is not so", not(is(tag("k"), "=", "v1")), "delta beta Alps"],
      ["times", is(attribute("creationTime"), ">=", 2), "delta beta"],
    ];
    for (const [title, filter, expected] of cases) {
      it(`finds ${title}`, async () => assert.equal(await names({ filter }), expected));
    }

    it("finds ids", async () => {
      const ids = stored.slice(0, 2).map(({ id }) => id);
      assert.equal(await names({ filter: isIn(attribute("id"), ...ids) }), "alpha Alps");
    });

    it("gives whole experiments", async () => {
      const { items } = await search({ filter: is(attribute("name"), "=", "alpha") });
      assert.deepEqual(items, [stored[0]]);
    });

    it("answers random questions like the plainest evaluation", async () => {
      await compareWithReferenceSearch<Experiment, { view: ViewType }>({
        vocabulary: VOCABULARY,
        items: stored,
        idOf: (experiment) => experiment.name,
        valuesOf,
        scopes: fc.record({ view: fc.constantFrom<ViewType>("active", "deleted", "all") }),
        isInScope: ({ lifecycleStage }, { view }) => view === "all" || view === lifecycleStage,
        ties,
        search: async (query, scope) => {
          const { items, next } = await search({ ...query, ...scope });
          return { items: items.map((experiment) => experiment.name), ...(next && { next }) };
        },
      });
    });
  });
}

async function insertExperiments(store: MetadataStore): Promise<Experiment[]> {
  const given: Omit<Experiment, "id">[] = [
    { ...experiment("alpha", 1, 5), tags: [{ key: "k", value: "v1" }] },
    experiment("Alps", 1, 5),
    { ...experiment("beta", 2, 3), tags: [{ key: "k", value: "v2" }] },
    { ...experiment("gamma", 3, 4), lifecycleStage: "deleted" },
    experiment("delta", 4, 6),
  ];
  return store.transact(async ({ experiments }) => {
    const stored: Experiment[] = [];
    for (const each of given) stored.push({ ...each, id: await experiments.insertExperiment(each) });
    return stored;
  });
}

function experiment(name: string, creationTime: number, lastUpdateTime: number): Omit<Experiment, "id"> {
  return { name, creationTime, lastUpdateTime, artifactLocation: "", lifecycleStage: "active", tags: [] };
}

function ties(order: readonly OrderKey[]): OrderKey[] {
  return order.length === 0
    ? [descending(attribute("creationTime")), ascending(attribute("id"))]
    : [descending(attribute("id"))];
}

function valuesOf(item: Experiment): ValuesOf {
  return (field) => {
    if (field.kind === "tag") return item.tags.filter(({ key }) => key === field.key).map(({ value }) => value);
    return field.kind === "attribute" ? [item[field.name as "id" | "name" | "creationTime"]] : [];
  };
}

const VOCABULARY: QueryVocabulary = {
  texts: [attribute("name"), tag("k"), tag("unheard")],
  numbers: [attribute("id"), attribute("creationTime"), attribute("lastUpdateTime")],
  optional: [tag("k")],
  orders: [attribute("id"), attribute("name"), attribute("creationTime"), attribute("lastUpdateTime"), tag("k")],
  textValues: ["alpha", "Alps", "beta", "v1", "v2"],
  numberValues: [1, 2, 3.5, 4],
};
