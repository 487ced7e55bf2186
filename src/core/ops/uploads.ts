import { CoreError, found, isCoreError } from "../errors.ts";
import type { Upload, UploadId, UploadState } from "../model/uploads.ts";
import type { ByteSource } from "../ports/blob-store.ts";
import type { UploadChanges, UploadReader } from "../ports/uploads.ts";
import type { OperationContext } from "./context.ts";
import { inTurn, untilInterrupted } from "./upload-turns.ts";

/** How long an upload waits for its next byte, or, once it is complete, to be made a model. */
export const UPLOAD_LIFETIME_MS = 24 * 60 * 60 * 1000;

/** Uploads that may be there at once: what waits costs disk and a row each, and anybody may begin one. */
export const MOST_UPLOADS = 10_000;

/** Parts that one final upload may have. */
const MOST_PARTS = 10_000;

export type NewUpload = Pick<Upload, "length" | "metadata"> & { partial: boolean };

/** Begins an upload without bytes. Throws `unavailable` where there are too many. */
export function createUpload(context: OperationContext, { partial, ...given }: NewUpload): Promise<UploadState> {
  const upload: Upload = { ...newUpload(context), ...given, ...(partial && { concatenation: "partial" }) };
  return insertUpload(context, upload, 0);
}

/**
 * Makes an upload of complete partial ones, in this order, without moving a byte. They stay as long as it does. Throws `notFound`, and
 * `wrongState` where one of them isn't partial or isn't complete.
 */
export async function concatenateUploads(
  context: OperationContext,
  given: { metadata: string; parts: readonly UploadId[] },
): Promise<UploadState> {
  if (given.parts.length === 0 || given.parts.length > MOST_PARTS) {
    const reason = `A final upload needs 1 to ${MOST_PARTS} parts, not ${given.parts.length}.`;
    throw new CoreError("invalidValue", { field: "parts", reason });
  }
  let length = 0;
  for (const part of await requireUploads(context, given.parts)) {
    if (part.concatenation !== "partial") throw wrongState(part.id, "partial", part.concatenation ?? "a whole file");
    length += await requireComplete(context, part);
  }
  return insertUpload(context, { ...newUpload(context), ...given, length, concatenation: "final" }, length);
}

/** Throws `notFound`. A request that is writing to the upload is stopped, so that what this says holds. */
export function getUpload(context: OperationContext, id: UploadId): Promise<UploadState> {
  return inTurn(id, () => requireState(context, id));
}

/** Sees all bytes of a request, and says in the end whether they are what was promised. */
export interface ContentCheck {
  update(piece: Uint8Array): void;
  /** Throws `digestMismatch`. */
  verify(): void;
}

export interface AppendedBytes {
  /** Where the client thinks that the upload is. */
  offset: number;
  source: ByteSource;
  /** Bytes of the whole, where the client has found out by now. */
  length?: number;
  check?: ContentCheck;
}

/**
 * Adds bytes to an upload. What arrived stays where the source fails, unless there is a check: then it is all or nothing. Throws
 * `notFound`, `wrongState` (the upload is somewhere else, or another request has taken over), `invalidValue` (another length),
 * `tooLarge` (nothing of the request stays), `digestMismatch`, and `unsupported` for a final upload.
 */
export function appendToUpload(context: OperationContext, id: UploadId, bytes: AppendedBytes): Promise<UploadState> {
  return inTurn(id, async (interruption) => {
    const { offset, check } = bytes;
    const upload = await requireState(context, id);
    const length = requireAppendable(upload, bytes);
    await renewUpload(context, id, { length, unverifiedFrom: check ? offset : null });
    try {
      const pieces = untilInterrupted(bytes.source, interruption);
      await context.blobs.partialUploads.append(id, offset, check ? checked(pieces, check) : pieces, length);
      check?.verify();
    } catch (error) {
      const worthless = check !== undefined || isCoreError(error, "tooLarge");
      await renewUpload(context, id, { unverifiedFrom: worthless ? offset : null });
      throw error;
    }
    await renewUpload(context, id, { unverifiedFrom: null });
    return requireState(context, id);
  });
}

async function* checked(pieces: AsyncIterable<Uint8Array>, check: ContentCheck): AsyncIterable<Uint8Array> {
  for await (const piece of pieces) {
    check.update(piece);
    yield piece;
  }
}

/** The length of the upload, as far as it is known. */
function requireAppendable(upload: UploadState, bytes: AppendedBytes): number | undefined {
  if (upload.concatenation === "final") {
    throw new CoreError("unsupported", { reason: "A final upload takes no bytes: it is made of its parts." });
  }
  if (bytes.offset !== upload.offset) {
    throw wrongState(upload.id, `continued at byte ${upload.offset}`, `continued at byte ${bytes.offset}`);
  }
  const { length = bytes.length } = upload;
  if ((bytes.length ?? length) !== length) throw invalidLength(`The upload has a length already: ${length} bytes.`);
  if (length !== undefined && length < upload.offset) {
    throw invalidLength(`${upload.offset} bytes have arrived already, so the upload can't have ${length}.`);
  }
  return length;
}

function invalidLength(reason: string): CoreError {
  return new CoreError("invalidValue", { field: "length", reason });
}

function newUpload(context: OperationContext): Omit<Upload, "metadata"> {
  const now = context.clock.now();
  return { id: crypto.randomUUID(), parts: [], creationTime: now, expirationTime: now + UPLOAD_LIFETIME_MS };
}

function insertUpload(context: OperationContext, upload: Upload, offset: number): Promise<UploadState> {
  return context.store.transact(async ({ uploads }) => {
    if ((await uploads.countUploads()) >= MOST_UPLOADS) throw tooMany();
    await requireAll(uploads, upload.parts);
    await uploads.updateUploads(upload.parts, { expirationTime: upload.expirationTime });
    await uploads.insertUpload(upload);
    return { ...upload, offset };
  });
}

function tooMany(): CoreError {
  const reason = `${MOST_UPLOADS} uploads are under way, and this server keeps no more. Finish or delete some, or wait until they expire.`;
  return new CoreError("unavailable", { reason });
}

/** Whatever happens to an upload gives it a new life. */
function renewUpload(context: OperationContext, id: UploadId, changes: UploadChanges): Promise<void> {
  const expirationTime = context.clock.now() + UPLOAD_LIFETIME_MS;
  return context.store.transact(({ uploads }) => uploads.updateUploads([id], { ...changes, expirationTime }));
}

async function requireState(context: OperationContext, id: UploadId): Promise<UploadState> {
  const [upload] = await requireUploads(context, [id]);
  if (upload === undefined) throw new Error("Reading one upload gave none");
  return { ...upload, offset: await offsetOf(context, upload) };
}

/** Throws `notFound`. */
export function requireUploads(context: OperationContext, ids: readonly UploadId[]): Promise<Upload[]> {
  return context.store.read(({ uploads }) => requireAll(uploads, ids));
}

/** In the order of the ids. Throws `notFound`. */
export async function requireAll(uploads: UploadReader, ids: readonly UploadId[]): Promise<Upload[]> {
  const there = ids.length === 0 ? new Map<UploadId, Upload>() : await uploads.getUploads(ids);
  return ids.map((id) => found(there.get(id), { entity: "upload", by: "id", value: id }));
}

/** How many bytes it has. Throws `wrongState` where some are missing. */
export async function requireComplete(context: OperationContext, upload: Upload): Promise<number> {
  const offset = await offsetOf(context, upload);
  if (offset === upload.length) return offset;
  throw wrongState(upload.id, "complete", `at byte ${offset} of ${upload.length ?? "a length not yet known"}`);
}

async function offsetOf(context: OperationContext, upload: Upload): Promise<number> {
  if (upload.concatenation === "final") return upload.length ?? 0;
  const size = await context.blobs.partialUploads.size(upload.id);
  return Math.min(size, upload.unverifiedFrom ?? size);
}

function wrongState(id: UploadId, required: string, actual: string): CoreError {
  return new CoreError("wrongState", { entity: "upload", id, required, actual });
}
