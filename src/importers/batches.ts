/** Requests to a source that are under way at once. */
export const REQUESTS = 8;

/** Parts of a list, of at most `size` items each. */
export function* chunksOf<Item>(items: readonly Item[], size: number): Generator<Item[]> {
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size);
}
