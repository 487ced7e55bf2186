import { createHash, type Hash } from "node:crypto";
import type { BlobStore, ByteSource, PartialUploadId, StagedBlob } from "../../core/ports/blob-store.ts";
import { NotCopied } from "../problems.ts";
import type { ObjectInfo, ObjectPlace, ObjectSource } from "./objects.ts";

/** An object that is larger comes in pieces of this size, in bytes: each is kept even where the program is killed before the next. */
const PIECE_BYTES = 64 * 1024 * 1024;

export interface ObjectCopy {
  staged: StagedBlob;
  /** Forgets the pieces; called when the bytes are in use. */
  settle(): Promise<void>;
}

/**
 * Brings an object into the blob store, from where an earlier run stopped. Throws `NotCopied` where the bytes are not those that the
 * source promises, and as `ObjectSource.read` does.
 */
export async function copyObject(
  blobs: BlobStore,
  objects: ObjectSource,
  place: ObjectPlace,
  info: ObjectInfo,
  onBytes: (count: number) => void,
): Promise<ObjectCopy> {
  const read = (start: number, end: number) => counted(objects.read(place, info, { start, end }), onBytes);
  const copy =
    info.size > PIECE_BYTES ? await copyInPieces(blobs, place, info, read) : await copyAtOnce(blobs, info, read);
  if (copy.staged.size === info.size && copy.md5 === (info.md5 ?? copy.md5)) return copy;
  await copy.staged.discard();
  await copy.settle();
  throw new NotCopied({
    reason:
      copy.staged.size === info.size
        ? `the bytes that came have the MD5 ${copy.md5}, the source says ${info.md5}`
        : `${copy.staged.size} bytes came, the source says ${info.size}`,
    advice: "Run the import again; if it stays so, the object is damaged at the source.",
  });
}

/** A copy that never has the bytes, but zeros in their place, to see what becomes of the rest. */
export function promiseObject({ size, etag }: ObjectInfo): ObjectCopy {
  const staged: StagedBlob = {
    digest: createHash("sha256").update(`${size} ${etag}`).digest("hex"),
    size,
    open: async ({ start, end } = { start: 0, end: size }) => zeros(end - start),
    publish: (commit) => commit(),
    discard: async () => undefined,
  };
  return { staged, settle: async () => undefined };
}

type ReadRange = (start: number, end: number) => ByteSource;
type CheckedCopy = ObjectCopy & { md5?: string };

async function copyAtOnce(blobs: BlobStore, { size, md5 }: ObjectInfo, read: ReadRange): Promise<CheckedCopy> {
  const hash = createHash("md5");
  const staged = await blobs.stage(hashed(read(0, size), hash));
  return { staged, settle: async () => undefined, ...(md5 && { md5: hash.digest("hex") }) };
}

async function copyInPieces(
  blobs: BlobStore,
  place: ObjectPlace,
  info: ObjectInfo,
  read: ReadRange,
): Promise<CheckedCopy> {
  const { partialUploads } = blobs;
  const id = piecesId(place, info);
  // What came of a piece that did not come whole may not be durable.
  const before = Math.floor((await partialUploads.size(id)) / PIECE_BYTES) * PIECE_BYTES;
  for (let start = Math.min(before, info.size); start < info.size; start += PIECE_BYTES) {
    await partialUploads.append(id, start, read(start, Math.min(start + PIECE_BYTES, info.size)));
  }
  const staged = await partialUploads.stage([id]);
  const settle = () => partialUploads.discard(id);
  return { staged, settle, ...(info.md5 && { md5: await md5Of(staged) }) };
}

/** The same for the same object whichever run asks, in the form of a UUID. */
function piecesId({ bucket, key }: ObjectPlace, { etag, size }: ObjectInfo): PartialUploadId {
  const hex = createHash("sha256")
    .update(JSON.stringify([bucket, key, etag, size]))
    .digest("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    "-",
  );
}

async function md5Of(staged: StagedBlob): Promise<string> {
  const hash = createHash("md5");
  for await (const piece of await staged.open()) hash.update(piece);
  return hash.digest("hex");
}

async function* zeros(count: number): AsyncGenerator<Uint8Array> {
  const piece = new Uint8Array(Math.min(count, 64 * 1024));
  for (let rest = count; rest > 0; rest -= piece.length) yield piece.subarray(0, Math.min(rest, piece.length));
}

async function* hashed(source: ByteSource, hash: Hash): AsyncGenerator<Uint8Array> {
  for await (const piece of source) {
    hash.update(piece);
    yield piece;
  }
}

async function* counted(source: ByteSource, onBytes: (count: number) => void): AsyncGenerator<Uint8Array> {
  for await (const piece of source) {
    onBytes(piece.length);
    yield piece;
  }
}
