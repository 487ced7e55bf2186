import type { FileHandle } from "node:fs/promises";
import { BLOCK_SIZE_BYTES } from "./hashing/block-checksums.ts";
import { giveBlockBack, takeBlock } from "./hashing/block-pool.ts";
import type { FileHash } from "./hashing/file-hash.ts";
import type { Block } from "./hashing/messages.ts";

/** One fills, one is hashed, one is on its way to the disk. */
const BLOCKS = 3;

/** After how many bytes the disk is asked to keep up, so that the sync at the end has little left to do. */
const SYNC_INTERVAL_BYTES = 32 * 1024 * 1024;

export interface FileWriterOptions {
  /** Where in the file the first byte goes; 0. */
  offset?: number;
  /** Sees every block that is written. */
  hash?: FileHash;
}

/** Writes a file through a few blocks of memory: while one fills, those before it are hashed and written. The chunks that come in are free at once. */
export class FileWriter {
  readonly #handle: FileHandle;
  readonly #hash: FileHash | undefined;
  #filling: Block | undefined;
  #filled = 0;
  #written: number;
  /** Blocks that are on their way, oldest first; each comes back when it has arrived. */
  #underWay: Promise<Block>[] = [];
  #blocks = 0;
  #syncing: Promise<void> = Promise.resolve();
  #syncedUpTo: number;
  #synced = false;

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
      this.#filling ??= await this.#freeBlock();
      const part = chunk.subarray(offset, offset + BLOCK_SIZE_BYTES - this.#filled);
      this.#filling.set(part, this.#filled);
      this.#filled += part.length;
      offset += part.length;
      if (this.#filled === BLOCK_SIZE_BYTES) this.#send(this.#filling);
    }
    await this.#keepDiskBusy();
  }

  /** Whether all that the file has is on the disk: after a sync that has failed, nobody knows what is. */
  get synced(): boolean {
    return this.#synced;
  }

  /** Resolves when all is on the disk. Where not all could be written, syncs what was, and then fails. */
  async finish(): Promise<void> {
    if (this.#filling) this.#send(this.#filling);
    try {
      await Promise.all(this.#underWay);
    } finally {
      await this.#syncing;
      await this.#handle.sync();
      this.#synced = true;
    }
  }

  /** Resolves when nothing is under way any more, well or not: only then may the file be closed. The last call, once. */
  async settle(): Promise<void> {
    await Promise.allSettled([this.#syncing]);
    for (const sent of await Promise.allSettled(this.#underWay)) {
      if (sent.status === "fulfilled") giveBlockBack(sent.value);
    }
    if (this.#filling) giveBlockBack(this.#filling);
  }

  #send(block: Block): void {
    const sent = this.#hashAndWrite(block.subarray(0, this.#filled), this.#written, this.#underWay.at(-1));
    // Whoever waits for a free block, or for the end, hears of a failure.
    sent.catch(() => undefined);
    this.#underWay.push(sent);
    this.#written += this.#filled;
    this.#filled = 0;
    this.#filling = undefined;
  }

  /** Writes when what is before it is written: however the writing ends, the file has no holes. */
  async #hashAndWrite(block: Block, position: number, before?: Promise<Block>): Promise<Block> {
    const hashed = (await this.#hash?.update(block)) ?? block;
    await before;
    for (let done = 0; done < hashed.length; ) {
      const { bytesWritten } = await this.#handle.write(hashed, done, hashed.length - done, position + done);
      done += bytesWritten;
    }
    return new Uint8Array(hashed.buffer);
  }

  async #freeBlock(): Promise<Block> {
    if (this.#blocks < BLOCKS) {
      this.#blocks++;
      return takeBlock();
    }
    const oldest = await this.#underWay[0];
    this.#underWay.shift();
    return oldest as Block;
  }

  /** Waits for the sync before, not for the one that it starts: the disk is at most two intervals behind. */
  async #keepDiskBusy(): Promise<void> {
    if (this.#written - this.#syncedUpTo < SYNC_INTERVAL_BYTES) return;
    await this.#syncing;
    this.#syncedUpTo = this.#written;
    this.#syncing = this.#handle.datasync();
    this.#syncing.catch(() => undefined);
  }
}
