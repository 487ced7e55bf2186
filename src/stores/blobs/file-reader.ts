import type { FileHandle } from "node:fs/promises";
import { crc32 } from "node:zlib";
import type { ByteRange } from "../../core/ports/blob-store.ts";
import { BLOCK_SIZE_BYTES } from "./hashing/block-checksums.ts";
import type { FileContent } from "./hashing/content-hash.ts";
import { FileHash } from "./hashing/file-hash.ts";
import { hashThread } from "./hashing/hash-thread.ts";
import type { Block } from "./hashing/messages.ts";

/** Blocks that are read, or on their way through the thread that hashes, while the caller has another one. */
const BLOCKS_AHEAD = 2;

/** Bytes at the beginning of a part that are checked without the thread. */
const BYTES_AT_ONCE = 4 * BLOCK_SIZE_BYTES;

interface ReadBlock {
  block: Block;
}

/** Reads a part of a file, which stays open, in pieces: each loses its bytes when the next one is asked for. */
export async function* readPieces(handle: FileHandle, range: ByteRange): AsyncGenerator<Uint8Array> {
  for await (const { block } of readBlocks(handle, range)) yield block;
}

/** As `readPieces`; closes the file in the end, also where the caller stops early. */
export async function* readFileRange(handle: FileHandle, range: ByteRange): AsyncGenerator<Uint8Array> {
  try {
    yield* readPieces(handle, range);
  } finally {
    await handle.close();
  }
}

/** As `readPieces`, whole blocks of a file with the CRC-32 of each. */
export function readBlocksWithChecksums(
  handle: FileHandle,
  range: ByteRange,
): AsyncGenerator<ReadBlock & { checksum: number }> {
  return readAhead(range, async (memory, position) => {
    const block = await readBlock(handle, memory, position);
    // The first ones don't wait for the thread to start.
    if (position < range.start + BYTES_AT_ONCE) return { block, checksum: crc32(block) };
    return hashThread.checksum(block);
  });
}

/** Of the first `size` bytes of a file, which stays open. */
export async function hashFile(handle: FileHandle, size: number): Promise<FileContent> {
  const hash = new FileHash();
  try {
    for await (const read of readBlocks(handle, { start: 0, end: size })) read.block = await hash.update(read.block);
    return await hash.finish();
  } catch (error) {
    await hash.forget();
    throw error;
  }
}

function readBlocks(handle: FileHandle, range: ByteRange): AsyncGenerator<ReadBlock> {
  return readAhead(range, async (memory, position) => ({ block: await readBlock(handle, memory, position) }));
}

/** Hands out what `read` makes of each block of the range, in their order, and uses its memory again for a later one. */
async function* readAhead<Read extends ReadBlock>(
  { start, end }: ByteRange,
  read: (memory: Block, position: number) => Promise<Read>,
): AsyncGenerator<Read> {
  const ahead: Promise<Read>[] = [];
  let position = start;
  const readNext = (memory: Block) => {
    const reading = read(memory.subarray(0, end - position), position);
    // Whoever asks for it hears of a failure.
    reading.catch(() => undefined);
    ahead.push(reading);
    position += memory.length;
  };
  const blockSize = Math.min(BLOCK_SIZE_BYTES, end - start);
  try {
    while (ahead.length <= BLOCKS_AHEAD && position < end) readNext(Buffer.allocUnsafeSlow(blockSize));
    for (let reading = ahead.shift(); reading; reading = ahead.shift()) {
      const current = await reading;
      yield current;
      if (position < end) readNext(new Uint8Array(current.block.buffer));
    }
  } finally {
    await Promise.allSettled(ahead);
  }
}

/** Fills the memory. */
async function readBlock(handle: FileHandle, memory: Block, position: number): Promise<Block> {
  for (let filled = 0; filled < memory.length; ) {
    const { bytesRead } = await handle.read(memory, filled, memory.length - filled, position + filled);
    if (bytesRead === 0) throw new Error(`A file ends at byte ${position + filled}, before it should`);
    filled += bytesRead;
  }
  return memory;
}

/** Waits for the first piece, so that a failure to read it comes at once. Ending the reading ends `pieces`, whatever was read. */
export async function startNow<Piece>(pieces: AsyncGenerator<Piece>): Promise<AsyncIterable<Piece>> {
  let first: IteratorResult<Piece> | undefined = await pieces.next();
  const next = () => {
    const result = first === undefined ? pieces.next() : Promise.resolve(first);
    first = undefined;
    return result;
  };
  return { [Symbol.asyncIterator]: () => ({ next, return: () => pieces.return(undefined) }) };
}
