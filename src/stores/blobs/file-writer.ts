import type { FileHandle } from "node:fs/promises";
import { BLOCK_SIZE_BYTES } from "./block-checksums.ts";
import { giveBlockBack, takeBlock } from "./block-pool.ts";
import type { ContentHash } from "./content-hash.ts";

/** After how many bytes the disk is asked to keep up, so that the sync at the end has little left to do. */
const SYNC_INTERVAL_BYTES = 32 * 1024 * 1024;

export interface FileWriterOptions {
  /** Where in the file the first byte goes; 0. */
  offset?: number;
  /** Sees every block that is written. */
  hash?: ContentHash;
}

/**
 * Writes a file through two blocks of memory: while one is on its way to the disk, the other fills. The chunks that come in are free at
 * once.
 */
export class FileWriter {
  readonly #handle: FileHandle;
  readonly #hash: ContentHash | undefined;
  #filling = takeBlock();
  #spare: Buffer | undefined;
  #filled = 0;
  #written: number;
  #writing: Promise<void> = Promise.resolve();
  #syncing: Promise<void> = Promise.resolve();
  #syncedUpTo: number;

  constructor(handle: FileHandle, { offset = 0, hash }: FileWriterOptions = {}) {
    this.#handle = handle;
    this.#hash = hash;
    this.#written = offset;
    this.#syncedUpTo = offset;
  }

  /** Bytes of the file so far. */
  get size(): number {
    return this.#written + this.#filled;
  }

  async write(chunk: Uint8Array): Promise<void> {
    for (let offset = 0; offset < chunk.length; ) {
      const part = chunk.subarray(offset, offset + BLOCK_SIZE_BYTES - this.#filled);
      this.#filling.set(part, this.#filled);
      this.#filled += part.length;
      offset += part.length;
      if (this.#filled === BLOCK_SIZE_BYTES) await this.#flush();
    }
  }

  /** Resolves when all is on the disk. */
  async finish(): Promise<void> {
    await this.#flush();
    await this.#writing;
    await this.#syncing;
    await this.#handle.sync();
  }

  /** Resolves when nothing is under way any more, well or not: only then may the file be closed. The last call, once. */
  async settle(): Promise<void> {
    await Promise.allSettled([this.#writing, this.#syncing]);
    giveBlockBack(this.#filling);
    if (this.#spare) giveBlockBack(this.#spare);
  }

  async #flush(): Promise<void> {
    await this.#writing;
    const block = this.#filling.subarray(0, this.#filled);
    this.#writing = this.#writeAt(block, this.#written);
    // Whoever waits next hears of a failure; until then nobody does.
    this.#writing.catch(() => undefined);
    this.#hash?.update(block);
    this.#written += block.length;
    this.#filled = 0;
    [this.#filling, this.#spare] = [this.#spare ?? takeBlock(), this.#filling];
    if (this.#written - this.#syncedUpTo >= SYNC_INTERVAL_BYTES) await this.#keepDiskBusy();
  }

  async #writeAt(block: Uint8Array, position: number): Promise<void> {
    for (let done = 0; done < block.length; ) {
      const { bytesWritten } = await this.#handle.write(block, done, block.length - done, position + done);
      done += bytesWritten;
    }
  }

  /** Waits for the sync before, not for the one that it starts: the disk is at most two intervals behind. */
  async #keepDiskBusy(): Promise<void> {
    await this.#syncing;
    this.#syncedUpTo = this.#written;
    this.#syncing = this.#handle.datasync();
    this.#syncing.catch(() => undefined);
  }
}
