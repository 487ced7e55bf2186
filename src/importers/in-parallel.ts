/** Requests to a source that are under way at once. */
export const REQUESTS = 8;

/**
 * Works on things as they come, at most `limit` at a time. Where one fails, no more are begun; the error is thrown when all that were under
 * way have ended.
 */
export async function inParallelAsTheyCome<Item>(
  limit: number,
  items: AsyncIterable<Item>,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const queue = items[Symbol.asyncIterator]();
  const worker = async () => {
    for await (const item of { [Symbol.asyncIterator]: () => queue }) await work(item);
  };
  const workers = await Promise.allSettled(Array.from({ length: limit }, worker));
  const failure = workers.find(({ status }) => status === "rejected") as PromiseRejectedResult | undefined;
  if (failure) throw failure.reason;
}

/** Parts of a list, of at most `size` items each. */
export function* chunksOf<Item>(items: readonly Item[], size: number): Generator<Item[]> {
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size);
}
