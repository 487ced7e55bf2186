import { BLOCK_SIZE_BYTES } from "./block-checksums.ts";
import { ContentHash, type FileContent } from "./content-hash.ts";
import { hashThread, type ThreadedFile } from "./hash-thread.ts";
import type { Block } from "./messages.ts";

/** Hashes a file that comes block by block: one of a single block at once, which is quicker than any thread, a larger one on the thread. */
export class FileHash {
  readonly #small = new ContentHash();
  #large: ThreadedFile | undefined;

  /** Takes the memory of the block, and returns the block with memory that can be used again. Blocks are full, except for the last one. */
  async update(block: Block): Promise<Block> {
    if (block.length === BLOCK_SIZE_BYTES) this.#large ??= hashThread.openFile();
    if (this.#large) return this.#large.update(block);
    this.#small.update(block);
    return block;
  }

  async finish(): Promise<FileContent> {
    return this.#large?.finish() ?? this.#small.finish();
  }

  /** For a file that comes to nothing. */
  async forget(): Promise<void> {
    await this.#large?.forget().catch(() => undefined);
  }
}
