import { createHash } from "node:crypto";
import { type FileHandle, open, readFile, rename, stat, writeFile } from "node:fs/promises";
import { CoreError, isCoreError } from "../../core/errors.ts";
import type { Digest } from "../../core/model/artifacts.ts";
import type { BlobState, ByteRange } from "../../core/ports/blob-store.ts";
import type { DamagedBlobs } from "./damaged-blobs.ts";
import type { DigestLocks } from "./digest-locks.ts";
import { hashFile, readBlocksWithChecksums, readPieces, startNow } from "./file-reader.ts";
import { ifThere, PRIVATE_FILE } from "./files.ts";
import { BLOCK_SIZE_BYTES, BlockChecksums, checksumAt, checksumsSize } from "./hashing/block-checksums.ts";
import { type BlobLayout, checksumsOf } from "./layout.ts";
import { verifiedBytes } from "./verified-bytes.ts";

const NO_BYTES = new Uint8Array();

/** A blob that is being read. */
interface OpenBlob {
  digest: Digest;
  handle: FileHandle;
  /** Bytes of the file, whatever they should be. */
  size: number;
}

/**
 * Reads blobs, and gives out no byte that was not checked: those of one block by their digest, larger ones block by block. Where a block is
 * spoilt, or there are no checksums, the whole blob is hashed, and set aside if it is not what it should be.
 */
export class CheckedReader {
  readonly #layout: BlobLayout;
  readonly #locks: DigestLocks;
  readonly #damaged: DamagedBlobs;
  readonly #examinations = new Map<Digest, Promise<Uint8Array>>();

  constructor(layout: BlobLayout, locks: DigestLocks, damaged: DamagedBlobs) {
    this.#layout = layout;
    this.#locks = locks;
    this.#damaged = damaged;
  }

  /** See `BlobStore.open`. */
  async open(digest: Digest, range?: ByteRange): Promise<AsyncIterable<Uint8Array> | undefined> {
    const handle = await ifThere(open(this.#layout.pathOf(digest)));
    if (handle === undefined) {
      if (this.#damaged.has(digest)) throw new CoreError("damaged", { digest });
      return undefined;
    }
    // The first piece is read at once: damage that shows there is an error of the opening.
    return startNow(this.#read(digest, handle, range));
  }

  /** See `BlobStore.verify`. */
  async verify(digest: Digest): Promise<BlobState> {
    const handle = await ifThere(open(this.#layout.pathOf(digest)));
    // Another process may have set it aside.
    if (handle === undefined) return (await ifThere(stat(this.#layout.damagedPathOf(digest)))) ? "damaged" : "absent";
    try {
      const { size } = await handle.stat();
      return (await hashFile(handle, size)).digest === digest ? "whole" : "damaged";
    } finally {
      await handle.close();
    }
  }

  async *#read(digest: Digest, handle: FileHandle, wanted: ByteRange | undefined): AsyncGenerator<Uint8Array> {
    try {
      const { size } = await handle.stat();
      const blob = { digest, handle, size };
      const range = wanted ?? { start: 0, end: size };
      if (size <= BLOCK_SIZE_BYTES) return yield* this.#readSmall(blob, range);
      const checksums = await this.#checksums(blob);
      if (checksums === undefined && wanted === undefined) return yield* this.#readWhole(blob);
      yield* this.#readChecked(blob, range, checksums ?? (await this.#examined(blob)));
    } finally {
      await handle.close();
    }
  }

  /** Hashed before any of it is given out. */
  async *#readSmall({ digest, handle, size }: OpenBlob, { start, end }: ByteRange): AsyncGenerator<Uint8Array> {
    const [bytes = NO_BYTES] = await Array.fromAsync(readPieces(handle, { start: 0, end: size }));
    if (createHash("sha256").update(bytes).digest("hex") !== digest) throw await this.#setAside(digest, handle);
    if (start < end) yield bytes.subarray(start, end);
  }

  /** Each block is checked before any of it is given out. */
  async *#readChecked(blob: OpenBlob, { start, end }: ByteRange, known: Uint8Array): AsyncGenerator<Uint8Array> {
    let checksums = known;
    let position = start - (start % BLOCK_SIZE_BYTES);
    const wholeBlocks = { start: position, end: Math.min(blob.size, endOfBlock(end)) };
    for await (const { block, checksum } of readBlocksWithChecksums(blob.handle, wholeBlocks)) {
      const index = position / BLOCK_SIZE_BYTES;
      if (checksum !== checksumAt(checksums, index)) checksums = await this.#examined(blob);
      if (checksum !== checksumAt(checksums, index)) throw new CoreError("damaged", { digest: blob.digest });
      yield block.subarray(Math.max(0, start - position), end - position);
      position += block.length;
    }
  }

  /** Without checksums: hashed on the way, the last piece held back. They are there the next time. */
  async *#readWhole({ digest, handle, size }: OpenBlob): AsyncGenerator<Uint8Array> {
    const checksums = new BlockChecksums();
    try {
      for await (const piece of verifiedBytes(readPieces(handle, { start: 0, end: size }), { digest, size })) {
        checksums.update(piece);
        yield piece;
      }
    } catch (error) {
      throw isCoreError(error, "damaged") ? await this.#setAside(digest, handle) : error;
    }
    await this.#keepChecksums(digest, checksums.finish());
  }

  /** Undefined where there are none, or none of a file of this size. */
  async #checksums({ digest, size }: OpenBlob): Promise<Uint8Array | undefined> {
    const checksums = await ifThere(readFile(checksumsOf(this.#layout.pathOf(digest))));
    return checksums?.length === checksumsSize(size) ? checksums : undefined;
  }

  /** Hashes the whole blob, once for all who want to know. Returns its checksums; throws `damaged` where it is not what it should be. */
  #examined(blob: OpenBlob): Promise<Uint8Array> {
    const { digest } = blob;
    const running =
      this.#examinations.get(digest) ?? this.#examine(blob).finally(() => this.#examinations.delete(digest));
    this.#examinations.set(digest, running);
    return running;
  }

  async #examine({ digest, handle, size }: OpenBlob): Promise<Uint8Array> {
    const content = await hashFile(handle, size);
    if (content.digest !== digest) throw await this.#setAside(digest, handle);
    await this.#keepChecksums(digest, content.checksums);
    return content.checksums;
  }

  async #setAside(digest: Digest, handle: FileHandle): Promise<CoreError> {
    await this.#damaged.setAside(digest, handle);
    return new CoreError("damaged", { digest });
  }

  /** For the next reader; this one does without them where there is no room. */
  async #keepChecksums(digest: Digest, checksums: Uint8Array): Promise<void> {
    await this.#locks
      .whilePublishing(digest, async () => {
        const path = this.#layout.pathOf(digest);
        const newPath = this.#layout.newUploadPath();
        if ((await ifThere(stat(path))) === undefined) return;
        await writeFile(newPath, checksums, { mode: PRIVATE_FILE });
        await rename(newPath, checksumsOf(path));
      })
      .catch(() => undefined);
  }
}

function endOfBlock(position: number): number {
  return Math.ceil(position / BLOCK_SIZE_BYTES) * BLOCK_SIZE_BYTES;
}
