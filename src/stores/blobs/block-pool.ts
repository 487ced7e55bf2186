import { BLOCK_SIZE_BYTES } from "./block-checksums.ts";

/** Most blocks that are kept for later: 16 MiB. */
const MOST_KEPT = 64;

const kept: Buffer[] = [];

/** A block of memory, with whatever was in it: thousands of small files would fill the memory faster than it is collected. */
export function takeBlock(): Buffer {
  return kept.pop() ?? Buffer.allocUnsafeSlow(BLOCK_SIZE_BYTES);
}

/** Gives a block back, which nobody uses any more. */
export function giveBlockBack(block: Buffer): void {
  if (kept.length < MOST_KEPT) kept.push(block);
}
