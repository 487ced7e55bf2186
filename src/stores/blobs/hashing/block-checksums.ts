import { crc32 } from "node:zlib";

/** Bytes of a file that one checksum covers, and that one read or write moves. */
export const BLOCK_SIZE_BYTES = 256 * 1024;

const CHECKSUM_SIZE_BYTES = 4;

/**
 * The CRC-32 of each block of a file. Where the digest vouches for all bytes together, they let a part be checked without reading the
 * rest: a spoilt block passes once in four billion times. They vouch for nothing where someone may have changed them.
 */
export class BlockChecksums {
  readonly #finished: number[] = [];
  #current = 0;
  #filled = 0;

  /** Of the next bytes of the file, in pieces of any size. */
  update(bytes: Uint8Array): void {
    for (let offset = 0; offset < bytes.length; ) {
      const part = bytes.subarray(offset, offset + BLOCK_SIZE_BYTES - this.#filled);
      this.#current = crc32(part, this.#current);
      this.#filled += part.length;
      offset += part.length;
      if (this.#filled === BLOCK_SIZE_BYTES) this.#endBlock();
    }
  }

  /** All of them, four bytes each. */
  finish(): Uint8Array {
    if (this.#filled > 0) this.#endBlock();
    return new Uint8Array(Uint32Array.from(this.#finished).buffer);
  }

  #endBlock(): void {
    this.#finished.push(this.#current);
    this.#current = 0;
    this.#filled = 0;
  }
}

/** Bytes of the checksums of a file. */
export function checksumsSize(fileSize: number): number {
  return Math.ceil(fileSize / BLOCK_SIZE_BYTES) * CHECKSUM_SIZE_BYTES;
}

/** The checksum of one block, of those that `finish` has returned. */
export function checksumAt(checksums: Uint8Array, index: number): number {
  return new DataView(checksums.buffer, checksums.byteOffset).getUint32(index * CHECKSUM_SIZE_BYTES, true);
}
