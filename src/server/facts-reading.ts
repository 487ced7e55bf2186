import { setTimeout } from "node:timers/promises";
import type { OperationContext } from "../core/ops/context.ts";
import { readUnreadFiles } from "../core/ops/file-facts.ts";

/** Soon after a client has registered a version; one look at an index that is mostly empty. */
const INTERVAL_MS = 1000;

/** After a version whose files could not be read. */
const INTERVAL_AFTER_FAILURE_MS = 60_000;

/** Reads what the files of new versions say about themselves, until `signal` ends it. `report` hears of failures; a later round tries again. */
export async function keepFactsRead(
  context: OperationContext,
  signal: AbortSignal,
  report: (error: unknown) => void,
): Promise<void> {
  while (!signal.aborted) {
    let interval = INTERVAL_MS;
    const fail = (error: unknown) => {
      interval = INTERVAL_AFTER_FAILURE_MS;
      report(error);
    };
    await readUnreadFiles(context, signal, fail).catch(fail);
    await setTimeout(interval, undefined, { signal, ref: false }).catch(() => undefined);
  }
}
