import { batchesOf } from "../batches.ts";
import type { Digest } from "../model/artifacts.ts";
import { removeUnreferencedBlob } from "./artifact-publishing.ts";
import type { OperationContext } from "./context.ts";

/** Blobs that one query asks about, so that a sweep of a large store never keeps requests waiting. */
const BATCH_SIZE = 200;

/**
 * Removes every blob that no path refers to, and returns how many those were. A process that dies between publishing bytes and recording
 * their path, or between forgetting a path and removing its bytes, leaves some behind. Uploads may go on meanwhile. Ends early where
 * `signal` is aborted.
 */
export async function sweepBlobs(context: OperationContext, signal: { readonly aborted: boolean }): Promise<number> {
  let removed = 0;
  for await (const batch of batchesOf(context.blobs.digests(), BATCH_SIZE)) {
    if (signal.aborted) break;
    removed += await sweepBatch(context, batch);
  }
  return removed;
}

async function sweepBatch(context: OperationContext, digests: readonly Digest[]): Promise<number> {
  const referenced = await context.store.read(({ artifacts }) => artifacts.getReferencedDigests(digests));
  const candidates = digests.filter((digest) => !referenced.has(digest));
  for (const digest of candidates) await removeUnreferencedBlob(context, digest);
  return candidates.length;
}
