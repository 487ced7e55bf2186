import type { Cursor, Page } from "../../core/model/values.ts";

/** All items of a list, page by page, as a client reads them. */
export async function readAllPages<Item>(search: (after: Cursor | undefined) => Promise<Page<Item>>): Promise<Item[]> {
  const items: Item[] = [];
  let page = await search(undefined);
  items.push(...page.items);
  while (page.next) {
    page = await search(page.next);
    items.push(...page.items);
  }
  return items;
}
