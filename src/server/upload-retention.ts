import { setTimeout } from "node:timers/promises";
import { removeAbandonedUploads } from "../core/ops/abandoned-uploads.ts";
import type { OperationContext } from "../core/ops/context.ts";

const INTERVAL_MS = 60 * 60 * 1000;

/** Removes uploads that nobody continues, at once and from time to time, until `signal` ends it. `report` hears of failures; the next round tries again. */
export async function keepUploadsFew(
  context: OperationContext,
  signal: AbortSignal,
  report: (error: unknown) => void,
): Promise<void> {
  while (!signal.aborted) {
    await removeAbandonedUploads(context, signal).catch(report);
    await setTimeout(INTERVAL_MS, undefined, { signal, ref: false }).catch(() => undefined);
  }
}
