import { BLOCK_SIZE_BYTES, type BlockPool } from "./memory.ts";
import type { Payload } from "./payload.ts";
import { SpoolFile } from "./spool-file.ts";

/** What parts gather their bytes in. */
export interface PartStorage {
  memory: BlockPool;
  /** A folder on a disk, for what memory has no room for. */
  spoolDirectory: string;
}

/**
 * The bytes of one part while they gather and until they are sent: in memory as long as there is some, then in a file. So uploads that
 * hardly move, however many, take nothing away that others wait for.
 */
export class Part implements Payload {
  readonly #storage: PartStorage;
  readonly #blocks: Buffer[] = [];
  #inMemory = 0;
  #spool: SpoolFile | undefined;

  constructor(storage: PartStorage) {
    this.#storage = storage;
  }

  get size(): number {
    return this.#inMemory + (this.#spool?.size ?? 0);
  }

  get isSpooled(): boolean {
    return this.#spool !== undefined;
  }

  /** Takes as many of the bytes as there is memory for, and returns how many. */
  gather(bytes: Uint8Array): number {
    let taken = 0;
    while (taken < bytes.length && !this.isSpooled) {
      const block = this.#blockWithRoom();
      if (block === undefined) break;
      const used = this.#inMemory % BLOCK_SIZE_BYTES;
      const piece = bytes.subarray(taken, taken + BLOCK_SIZE_BYTES - used);
      block.set(piece, used);
      this.#inMemory += piece.length;
      taken += piece.length;
    }
    return taken;
  }

  /** Takes all of the bytes, into a file. */
  async spool(bytes: Uint8Array): Promise<void> {
    this.#spool ??= await SpoolFile.create(this.#storage.spoolDirectory);
    await this.#spool.write(bytes);
  }

  async *read(): AsyncIterable<Uint8Array> {
    for (let start = 0; start < this.#inMemory; start += BLOCK_SIZE_BYTES) {
      const block = this.#blocks[start / BLOCK_SIZE_BYTES];
      if (block) yield block.subarray(0, Math.min(BLOCK_SIZE_BYTES, this.#inMemory - start));
    }
    if (this.#spool) yield* this.#spool.read();
  }

  /** Gives back what it holds. */
  async release(): Promise<void> {
    this.#storage.memory.give(this.#blocks.splice(0));
    this.#inMemory = 0;
    const spool = this.#spool;
    this.#spool = undefined;
    await spool?.close();
  }

  #blockWithRoom(): Buffer | undefined {
    const index = Math.floor(this.#inMemory / BLOCK_SIZE_BYTES);
    const block = this.#blocks[index] ?? this.#storage.memory.take();
    if (block !== undefined && this.#blocks.length === index) this.#blocks.push(block);
    return block;
  }
}
