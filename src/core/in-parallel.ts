/** Works on all of the items, at most `limit` at a time, and gives the results in their order. */
export async function inParallel<Item, Result>(
  limit: number,
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  const queue = items.entries();
  const worker = async () => {
    for (const [index, item] of queue) results[index] = await work(item);
  };
  await Promise.all(Array.from({ length: limit }, worker));
  return results;
}

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
