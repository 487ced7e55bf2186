import { setTimeout } from "node:timers/promises";
import type { OperationContext } from "../../core/ops/context.ts";
import { pruneEvents } from "../../core/ops/events.ts";

/** Events that the outbox keeps for consumers that were away. */
const KEPT_EVENTS = 100_000;

const INTERVAL_MS = 60_000;

/** Keeps the outbox from growing for ever, until `signal` ends it. `report` hears of failures; the next round tries again. */
export async function keepOutboxShort(
  context: OperationContext,
  signal: AbortSignal,
  report: (error: unknown) => void,
): Promise<void> {
  while (!signal.aborted) {
    await setTimeout(INTERVAL_MS, undefined, { signal, ref: false }).catch(() => undefined);
    if (!signal.aborted) await pruneEvents(context, KEPT_EVENTS, signal).catch(report);
  }
}
