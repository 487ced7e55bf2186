import type { Tag } from "./values.ts";

/** Tags with each key once, by key; where a key came several times, its last value. */
export function lastOfEachKey(tags: readonly Tag[]): Tag[] {
  const values = new Map(tags.map(({ key, value }) => [key, value]));
  return [...values].map(([key, value]) => ({ key, value })).sort((left, right) => (left.key < right.key ? -1 : 1));
}
