import { BLOCK_SIZE_BYTES } from "./block-checksums.ts";
import type { Block } from "./messages.ts";

/** Most blocks that are kept for later: 16 MiB. */
const MOST_KEPT = 64;

const kept: Block[] = [];

/** A block of memory, with whatever was in it: thousands of small files would fill the memory faster than it is collected. */
export function takeBlock(): Block {
  return kept.pop() ?? Buffer.allocUnsafeSlow(BLOCK_SIZE_BYTES);
}

/** Gives a block back, which nobody uses any more. */
export function giveBlockBack(block: Block): void {
  if (kept.length < MOST_KEPT) kept.push(block);
}
