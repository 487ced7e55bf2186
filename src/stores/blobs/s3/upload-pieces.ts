import type { PartialUploadId } from "../../../core/ports/blob-store.ts";
import type { S3Bucket } from "./bucket.ts";
import type { Segment } from "./joining.ts";
import { type MultipartUpload, type StoredPart, unfinishedUploads } from "./multipart-upload.ts";

const ROOT = "partial/";

/** Digits of the largest object that S3 takes, and more: keys sort as their numbers do. */
const OFFSET_DIGITS = 16;

/** What one request brought: an object whose key says where in the upload it begins. */
interface Piece {
  key: string;
  /** Bytes of the upload before it. */
  start: number;
  /** Bytes. */
  size: number;
}

/** The objects of partial uploads, `partial/<upload>/<offset>`. A piece ends where the next one begins, if it is longer than that. */
export class UploadPieces {
  readonly #bucket: S3Bucket;

  constructor(bucket: S3Bucket) {
    this.#bucket = bucket;
  }

  keyOf(id: PartialUploadId, offset: number): string {
    return `${ROOT}${id}/${String(offset).padStart(OFFSET_DIGITS, "0")}`;
  }

  /** Bytes of the upload. */
  async size(id: PartialUploadId): Promise<number> {
    return endOf(await this.#list(id));
  }

  /** The bytes of the upload, in order. */
  async segments(id: PartialUploadId): Promise<Segment[]> {
    const pieces = await this.#list(id);
    return pieces.map(({ key, start, size }, index) => {
      const next = pieces[index + 1]?.start ?? Number.POSITIVE_INFINITY;
      return { key, start: 0, end: Math.min(size, next - start) };
    });
  }

  /** Removes pieces that begin at `offset` or behind it. Returns whether bytes behind it are left, in a piece that begins before. */
  async cut(id: PartialUploadId, offset: number): Promise<boolean> {
    const pieces = await this.#list(id);
    // From the end, so that there is never a gap.
    for (const { key } of pieces.filter(({ start }) => start >= offset).reverse()) await this.#bucket.delete(key);
    return endOf(pieces.filter(({ start }) => start < offset)) > offset;
  }

  /** Makes a piece of what an interrupted request had brought: of its parts up to the first one that is missing. */
  async recover(id: PartialUploadId): Promise<void> {
    for await (const { upload } of unfinishedUploads(this.#bucket, this.keyOf(id, await this.size(id)))) {
      await finishOrAbort(upload);
    }
  }

  async remove(id: PartialUploadId): Promise<void> {
    for await (const { upload } of unfinishedUploads(this.#bucket, `${ROOT}${id}/`)) await upload.abort();
    await this.cut(id, 0);
  }

  /** Uploads with pieces, or with parts of one. */
  async *ids(): AsyncGenerator<PartialUploadId> {
    const seen = new Set<PartialUploadId>();
    for await (const key of this.#keys()) {
      const id = key.slice(ROOT.length).split("/", 1)[0] ?? "";
      if (!seen.has(id)) yield id;
      seen.add(id);
    }
  }

  async *#keys(): AsyncGenerator<string> {
    for await (const { key } of this.#bucket.list(ROOT)) yield key;
    for await (const { upload } of unfinishedUploads(this.#bucket, ROOT)) yield upload.key;
  }

  async #list(id: PartialUploadId): Promise<Piece[]> {
    const prefix = `${ROOT}${id}/`;
    const pieces: Piece[] = [];
    for await (const { key, size } of this.#bucket.list(prefix)) {
      pieces.push({ key, start: Number(key.slice(prefix.length)), size });
    }
    return pieces;
  }
}

function endOf(pieces: readonly Piece[]): number {
  const last = pieces.at(-1);
  return last ? last.start + last.size : 0;
}

async function finishOrAbort(upload: MultipartUpload): Promise<void> {
  const parts = withoutGaps(await upload.parts());
  if (parts.length === 0) await upload.abort();
  else await upload.complete(parts);
}

function withoutGaps(parts: readonly StoredPart[]): StoredPart[] {
  const gap = parts.findIndex(({ number }, index) => number !== index + 1);
  return gap < 0 ? [...parts] : parts.slice(0, gap);
}
