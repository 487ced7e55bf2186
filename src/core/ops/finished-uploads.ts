import { CoreError } from "../errors.ts";
import type { Upload, UploadId } from "../model/uploads.ts";
import type { StagedBlob } from "../ports/blob-store.ts";
import type { Writer } from "../ports/metadata-store.ts";
import type { OperationContext } from "./context.ts";
import { inTurn, isInWork } from "./upload-turns.ts";
import { requireAll, requireComplete, requireUploads } from "./uploads.ts";

/**
 * The bytes of complete uploads as one file, in this order. The uploads stay: whoever publishes the file calls `forgetUploads` in
 * the same transaction and `discardUploadBytes` after it. Throws `notFound`, and `wrongState` where one is not complete.
 */
export async function stageUploads(context: OperationContext, ids: readonly UploadId[]): Promise<StagedBlob> {
  const uploads = await requireUploads(context, ids);
  for (const upload of uploads) {
    if (isInWork(upload.id)) throw stillWritten(upload.id);
    await requireComplete(context, upload);
  }
  return context.blobs.partialUploads.stage(uploads.flatMap(idsWithBytes));
}

/**
 * Removes the records of uploads, of the parts of final ones, and of final ones that are left without a part. Returns the uploads whose
 * bytes are to go when the transaction is done. Throws `notFound`: another request has used them meanwhile.
 */
export async function forgetUploads(
  { uploads }: Pick<Writer, "uploads">,
  ids: readonly UploadId[],
): Promise<UploadId[]> {
  const withBytes = (await requireAll(uploads, ids)).flatMap(idsWithBytes);
  const finals = await uploads.getFinalUploads(withBytes);
  await uploads.deleteUploads([...new Set([...ids, ...withBytes, ...finals])]);
  return withBytes;
}

/** Frees the bytes of uploads that `forgetUploads` has returned, after its transaction. What fails here is made up for by `removeAbandonedUploads`. */
export async function discardUploadBytes(context: OperationContext, ids: readonly UploadId[]): Promise<void> {
  for (const id of new Set(ids)) await context.blobs.partialUploads.discard(id);
}

/** Ends an upload, complete or not, and what writes to it. Throws `notFound`. */
export function deleteUpload(context: OperationContext, id: UploadId): Promise<void> {
  return inTurn(id, async () => {
    const withBytes = await context.store.transact((writer) => forgetUploads(writer, [id]));
    await discardUploadBytes(context, withBytes);
  });
}

function idsWithBytes(upload: Upload): readonly UploadId[] {
  return upload.concatenation === "final" ? upload.parts : [upload.id];
}

function stillWritten(id: UploadId): CoreError {
  return new CoreError("wrongState", { entity: "upload", id, required: "complete", actual: "still being written" });
}
