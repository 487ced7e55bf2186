import { batchesOf } from "../batches.ts";
import type { DirectUpload } from "../model/direct-uploads.ts";
import type { UploadId } from "../model/uploads.ts";
import type { OperationContext } from "./context.ts";
import { discardUploadBytes, forgetUploads } from "./finished-uploads.ts";
import { isInWork } from "./upload-turns.ts";
import { UPLOAD_LIFETIME_MS } from "./uploads.ts";
import { adoptWaitingFiles } from "./waiting-files.ts";

/** Uploads that one transaction removes or one query asks about. */
const BATCH_SIZE = 200;

/**
 * Removes uploads whose time is over, and bytes that no upload is known for: a process that dies between forgetting an upload and
 * removing its bytes leaves them behind. Requests may go on meanwhile; what one works on is given a new life. What clients have put into
 * the blob store, and nobody has looked for, is taken into the tree. Ends early where `signal` is aborted.
 */
export async function removeAbandonedUploads(
  context: OperationContext,
  signal: { readonly aborted: boolean },
): Promise<void> {
  for (let more = true; more && !signal.aborted; ) more = await removeExpired(context);
  for await (const batch of batchesOf(context.blobs.partialUploads.ids(), BATCH_SIZE)) {
    if (signal.aborted) return;
    await removeUnknown(context, batch);
  }
  await adoptWaitingFiles(context, "");
  for (let more = true; more && !signal.aborted; ) more = await removeExpiredDirect(context);
}

/** Whether there may be more. */
async function removeExpired(context: OperationContext): Promise<boolean> {
  const now = context.clock.now();
  const batch = await context.store.transact(async (writer) => {
    const expired = await writer.uploads.getExpiredUploads(now, BATCH_SIZE);
    await writer.uploads.updateUploads(expired.filter(isInWork), { expirationTime: now + UPLOAD_LIFETIME_MS });
    const over = expired.filter((id) => !isInWork(id));
    return { withBytes: await forgetUploads(writer, over), full: expired.length === BATCH_SIZE };
  });
  await discardUploadBytes(context, batch.withBytes);
  return batch.full;
}

/** An upload has its record before its first byte, so bytes without one are left over. */
async function removeUnknown(context: OperationContext, ids: readonly UploadId[]): Promise<void> {
  const known = await context.store.read(({ uploads }) => uploads.getUploads(ids));
  await discardUploadBytes(
    context,
    ids.filter((id) => !known.has(id)),
  );
}

/** Whether there may be more. */
async function removeExpiredDirect(context: OperationContext): Promise<boolean> {
  const now = context.clock.now();
  const expired = await context.store.read(({ directUploads }) =>
    directUploads.getExpiredDirectUploads(now, BATCH_SIZE),
  );
  for (const upload of expired) await removeDirect(context, upload);
  return expired.length === BATCH_SIZE;
}

/** The blob store forgets by itself what was put in one body. */
async function removeDirect({ store, directTransfers }: OperationContext, upload: DirectUpload): Promise<void> {
  if (upload.kind === "parts") await directTransfers?.abortMultipart(upload.upload);
  await store.transact(({ directUploads }) => directUploads.deleteDirectUpload(upload.id));
}
