import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import fc from "fast-check";
import type { Filter } from "../../core/filter/filter.ts";
import type { ListQuery } from "../../core/filter/query.ts";
import type { RegisteredModel } from "../../core/model/registered-models.ts";
import type { MetadataStore } from "../../core/ports/metadata-store.ts";
import { compareWithReferenceSearch } from "./compare-search.ts";
import { and, ascending, attribute, descending, is, isIn, isMissing, isNotIn, not, tag } from "./conditions.ts";
import type { QueryVocabulary } from "./random-queries.ts";
import type { ValuesOf } from "./reference-search.ts";
import { newModel, newVersion } from "./registry-fixtures.ts";

/** What every store's search for registered models must do. `open` gives an empty store. */
export function testSearchRegisteredModels(name: string, open: () => Promise<MetadataStore>): void {
  describe(`search registered models: ${name}`, () => {
    let store: MetadataStore;
    let stored: RegisteredModel[] = [];
    before(async () => {
      store = await open();
      stored = await insertModels(store);
    });
    after(() => store.close());
    const search = (query: Partial<ListQuery>) =>
      store.read(({ registeredModels }) =>
        registeredModels.searchRegisteredModels({ order: [], limit: 100, ...query }),
      );
    const names = async (query: Partial<ListQuery>) => (await search(query)).items.map((model) => model.name).join(" ");

    it("lists models by name, without those that are deleted", async () => {
      assert.equal(await names({}), "Zoo ant bee cat");
    });

    it("breaks ties by name", async () => {
      assert.equal(await names({ order: [descending(attribute("lastUpdateTime"))] }), "ant bee Zoo cat");
      assert.equal(await names({ order: [descending(attribute("name"))] }), "cat bee ant Zoo");
    });

    const cases: [title: string, filter: Filter, expected: string][] = [
      ["names", is(attribute("name"), "like", "%e%"), "bee"],
      ["names, not minding case", is(attribute("name"), "ilike", "z%"), "Zoo"],
      ["listed names", isIn(attribute("name"), "cat", "gone", "ant"), "ant cat"],
      ["names outside of a list", isNotIn(attribute("name"), "cat", "ant"), "Zoo bee"],
      ["tags", is(tag("kind"), "=", "tree"), "ant bee"],
      ["several conditions on a tag", and(is(tag("kind"), "like", "t%"), is(tag("kind"), "!=", "tree")), "cat"],
      ["what lacks a tag", isMissing(tag("kind")), "Zoo"],
      ["what is not so", not(is(tag("kind"), "=", "tree")), "Zoo cat"],
      ["aliases", is(attribute("alias"), "=", "champion"), "bee"],
      ["what has another alias", is(attribute("alias"), "!=", "champion"), "bee cat"],
    ];
    for (const [title, filter, expected] of cases) {
      it(`finds ${title}`, async () => assert.equal(await names({ filter }), expected));
    }

    it("gives whole models", async () => {
      const { items } = await search({ filter: is(attribute("name"), "=", "bee") });
      assert.deepEqual(items, [stored.find((model) => model.name === "bee")]);
    });

    it("answers random questions like the plainest evaluation", async () => {
      await compareWithReferenceSearch<RegisteredModel, undefined>({
        vocabulary: VOCABULARY,
        items: stored,
        idOf: (model) => model.name,
        valuesOf,
        scopes: fc.constant(undefined),
        isInScope: () => true,
        ties: () => [ascending(attribute("name"))],
        search: async (query) => {
          const { items, next } = await search(query);
          return { items: items.map((model) => model.name), ...(next && { next }) };
        },
      });
    });
  });
}

async function insertModels(store: MetadataStore): Promise<RegisteredModel[]> {
  const kind = (value: string) => ({ tags: [{ key: "kind", value }] });
  await store.transact(async ({ registeredModels, modelVersions }) => {
    const insert = async (model: ReturnType<typeof newModel>, aliases: string[] = []) => {
      const id = await registeredModels.insertRegisteredModel(model);
      await modelVersions.insertModelVersion(newVersion({ id, name: model.name }));
      for (const alias of aliases) await registeredModels.setAlias(id, alias, 1);
      return id;
    };
    await insert(newModel("bee", { ...kind("tree"), lastUpdateTime: 3 }), ["champion", "rival"]);
    await insert(newModel("ant", { ...kind("tree"), lastUpdateTime: 3, creationTime: 2 }));
    await insert(newModel("Zoo", { lastUpdateTime: 2 }));
    await insert(newModel("cat", kind("table")), ["rival"]);
    await registeredModels.deleteRegisteredModel(await insert(newModel("gone", kind("tree")), ["champion"]), 9);
  });
  return store.read(async ({ registeredModels }) => {
    const models: RegisteredModel[] = [];
    for (const name of ["bee", "ant", "Zoo", "cat"]) {
      const model = await registeredModels.getRegisteredModel(name);
      if (model) models.push(model);
    }
    return models;
  });
}

function valuesOf(model: RegisteredModel): ValuesOf {
  return (field) => {
    if (field.kind === "tag") return model.tags.filter(({ key }) => key === field.key).map(({ value }) => value);
    if (field.kind !== "attribute") return [];
    return field.name === "alias" ? model.aliases.map(({ alias }) => alias) : [model[field.name as "name"]];
  };
}

const VOCABULARY: QueryVocabulary = {
  texts: [attribute("name"), attribute("alias"), tag("kind"), tag("unheard")],
  numbers: [attribute("creationTime"), attribute("lastUpdateTime")],
  optional: [tag("kind"), attribute("alias")],
  orders: [attribute("name"), attribute("creationTime"), attribute("lastUpdateTime"), tag("kind")],
  textValues: ["ant", "bee", "Zoo", "tree", "table", "champion", "rival"],
  numberValues: [1, 2, 2.5, 3],
};
