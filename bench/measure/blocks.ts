import { randomBytes } from "node:crypto";

const BLOCK = 1024 * 1024;
const shared = randomBytes(BLOCK);

/** Bytes to transfer, a MiB at a time; the first block is new each time, so that no two transfers are the same file. */
export function* blocks(bytes: number): Generator<Buffer> {
  for (let sent = 0; sent < bytes; sent += BLOCK) {
    const block = sent === 0 ? randomBytes(BLOCK) : shared;
    yield block.subarray(0, Math.min(BLOCK, bytes - sent));
  }
}

/** MB (10^6 bytes) a second. */
export function megabytesPerSecond(bytes: number, milliseconds: number): number {
  return bytes / 1000 / milliseconds;
}
