import assert from "node:assert/strict";
import fc from "fast-check";
import type { OrderKey } from "../../core/filter/filter.ts";
import type { ListQuery } from "../../core/filter/query.ts";
import type { Page } from "../../core/model/values.ts";
import { type QueryVocabulary, randomFilter, randomOrder } from "./random-queries.ts";
import { compareItems, matches, type ValuesOf } from "./reference-search.ts";
import { readAllPages } from "./search-pages.ts";

/** A search, what it searches, and what it must find. */
interface SearchUnderTest<Item, Scope> {
  vocabulary: QueryVocabulary;
  /** Everything that is stored. */
  items: readonly Item[];
  idOf(item: Item): string;
  valuesOf(item: Item): ValuesOf;
  /** What else a query says beside filter and order. */
  scopes: fc.Arbitrary<Scope>;
  isInScope(item: Item, scope: Scope): boolean;
  ties(order: readonly OrderKey[]): OrderKey[];
  /** One page, as ids. */
  search(query: ListQuery, scope: Scope): Promise<Page<string>>;
}

/** Sends random queries, reads all pages, and compares with the evaluation in memory. */
export async function compareWithReferenceSearch<Item, Scope>(
  { vocabulary, items, idOf, valuesOf, scopes, isInScope, ties, search }: SearchUnderTest<Item, Scope>,
  numRuns = 100,
): Promise<void> {
  const stored = items.map((item) => ({ item, id: idOf(item), values: valuesOf(item) }));
  await fc.assert(
    fc.asyncProperty(
      fc.option(randomFilter(vocabulary), { nil: undefined }),
      randomOrder(vocabulary),
      fc.constantFrom(1, 3, 7, 100),
      scopes,
      async (filter, order, limit, scope) => {
        const query = { order, limit, ...(filter && { filter }) };
        const found = await readAllPages((after) => search({ ...query, ...(after && { after }) }, scope));
        const keys = [...order, ...ties(order)];
        const expected = stored
          .filter(({ item, values }) => isInScope(item, scope) && matches(filter, values))
          .sort((left, right) => compareItems(keys, left.values, right.values));
        assert.deepEqual(
          found,
          expected.map(({ id }) => id),
        );
      },
    ),
    { numRuns },
  );
}
