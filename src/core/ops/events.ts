import type { OperationContext } from "./context.ts";

/** Events that one transaction removes, which bounds how long it holds the store. */
const BATCH = 2000;

/**
 * Removes the oldest events until at most `kept` are left: the outbox is a window on what happened lately, and nobody has to
 * read it. Stops early, between two batches, when `signal` says so. Returns how many ids it went past.
 */
export async function pruneEvents(context: OperationContext, kept: number, signal?: AbortSignal): Promise<number> {
  const range = await context.store.read(({ events }) => events.getEventRange());
  if (range === undefined) return 0;
  const last = range.newest - kept;
  let done = range.oldest - 1;
  while (done < last && !signal?.aborted) {
    const upTo = Math.min(done + BATCH, last);
    await context.store.transact(({ events }) => events.deleteEvents(upTo));
    done = upTo;
  }
  return done - range.oldest + 1;
}
