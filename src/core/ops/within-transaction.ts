import type { Timestamp } from "../model/values.ts";
import type { Writer } from "../ports/metadata-store.ts";
import type { OperationContext } from "./context.ts";

/**
 * The context of operations that become parts of one transaction, as if each had been called at `now`. What they read is what the
 * transaction has written so far; an operation that fails has to fail the whole.
 */
export function withinTransaction(context: OperationContext, writer: Writer, now: Timestamp): OperationContext {
  const run = <T>(work: (writer: Writer) => Promise<T>): Promise<T> => work(writer);
  return {
    ...context,
    clock: { now: () => Number(now) },
    store: { read: run, transact: run, close: context.store.close },
  };
}
