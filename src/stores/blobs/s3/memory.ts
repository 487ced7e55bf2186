/** One piece of memory that uploads gather bytes in. Small enough that many slow uploads have one each. */
export const BLOCK_SIZE_BYTES = 256 * 1024;

/** Memory that all uploads of a store share, in blocks. It is kept for the next one: what the garbage collector frees comes late. */
export class BlockPool {
  readonly #free: Buffer[] = [];
  #unallocated: number;

  /** `size` is in bytes. */
  constructor(size: number) {
    this.#unallocated = Math.floor(size / BLOCK_SIZE_BYTES);
  }

  /** Undefined where all of it is in use. */
  take(): Buffer | undefined {
    const block = this.#free.pop();
    if (block !== undefined) return block;
    if (this.#unallocated === 0) return undefined;
    this.#unallocated--;
    return Buffer.allocUnsafeSlow(BLOCK_SIZE_BYTES);
  }

  give(blocks: readonly Buffer[]): void {
    this.#free.push(...blocks);
  }
}
