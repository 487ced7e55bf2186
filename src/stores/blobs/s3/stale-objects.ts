import type { S3Bucket } from "./bucket.ts";
import type { DamagedBlobs } from "./damaged-blobs.ts";
import { unfinishedUploads } from "./multipart-upload.ts";
import { OBJECTS } from "./objects.ts";
import { POINTERS, parsePointerKey } from "./pointers.ts";
import { DIRECT } from "./s3-direct-transfers.ts";

/** Aborts what began before `time` and was never completed: parts of objects, which cost room and are no objects yet. */
export async function abortStaleUploads(bucket: S3Bucket, time: Date, signal: AbortSignal): Promise<void> {
  for await (const { upload, startTime } of unfinishedUploads(bucket, OBJECTS)) {
    if (signal.aborted) return;
    if (startTime <= time) await upload.abort();
  }
}

/** Removes what clients put by themselves before `time` and nobody adopted. */
export async function removeStalePuts(bucket: S3Bucket, time: Date, signal: AbortSignal): Promise<void> {
  for await (const { key, lastModified } of bucket.list(DIRECT)) {
    if (signal.aborted) return;
    if (lastModified <= time) await bucket.delete(key);
  }
}

/**
 * Names of objects from before `time` that no pointer names. Looks at the objects first: one that is published meanwhile has its pointer
 * when those are looked at. Ends early where `signal` is aborted.
 */
export async function* staleObjects(
  bucket: S3Bucket,
  damaged: DamagedBlobs,
  time: Date,
  signal: AbortSignal,
): AsyncGenerator<string> {
  const candidates = new Set<string>();
  for await (const { key, lastModified } of bucket.list(OBJECTS)) {
    if (signal.aborted) return;
    if (lastModified <= time) candidates.add(key.slice(OBJECTS.length));
  }
  for await (const { key } of bucket.list(POINTERS)) {
    if (signal.aborted) return;
    candidates.delete(parsePointerKey(key)?.object ?? "");
  }
  for (const name of candidates) if (!damaged.holds(name)) yield name;
}

/** Keys among the pointers that are none. */
export async function* strayPointers(bucket: S3Bucket): AsyncGenerator<string> {
  for await (const { key } of bucket.list(POINTERS)) if (parsePointerKey(key) === undefined) yield key;
}
