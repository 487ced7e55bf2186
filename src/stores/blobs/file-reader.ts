import type { FileHandle } from "node:fs/promises";
import type { ByteRange } from "../../core/ports/blob-store.ts";
import { BLOCK_SIZE_BYTES } from "./block-checksums.ts";

/**
 * Reads a part of a file block by block through two blocks of memory: while the caller has one, the other fills. A block loses its bytes
 * when the next one is asked for.
 */
export async function* readBlocks(handle: FileHandle, { start, end }: ByteRange): AsyncGenerator<Uint8Array> {
  const blockSize = Math.min(BLOCK_SIZE_BYTES, end - start);
  let reading: Promise<Uint8Array> | undefined;
  try {
    let filling = Buffer.allocUnsafeSlow(blockSize);
    let spare = end - start > blockSize ? Buffer.allocUnsafeSlow(blockSize) : filling;
    for (let position = start; position < end; ) {
      const block = await (reading ?? readBlock(handle, filling, position, end));
      position += block.length;
      [filling, spare] = [spare, filling];
      reading = position < end ? readBlock(handle, filling, position, end) : undefined;
      // Whoever asks for the next block hears of a failure.
      reading?.catch(() => undefined);
      yield block;
    }
  } finally {
    await reading?.catch(() => undefined);
  }
}

/** As `readBlocks`; closes the file in the end, also where the caller stops early. */
export async function* readFileRange(handle: FileHandle, range: ByteRange): AsyncGenerator<Uint8Array> {
  try {
    yield* readBlocks(handle, range);
  } finally {
    await handle.close();
  }
}

async function readBlock(handle: FileHandle, block: Buffer, position: number, end: number): Promise<Uint8Array> {
  const length = Math.min(block.length, end - position);
  for (let filled = 0; filled < length; ) {
    const { bytesRead } = await handle.read(block, filled, length - filled, position + filled);
    if (bytesRead === 0) throw new Error(`A file ends at byte ${position + filled}, before byte ${end}`);
    filled += bytesRead;
  }
  return block.subarray(0, length);
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
