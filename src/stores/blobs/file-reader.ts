import type { FileHandle } from "node:fs/promises";
import type { ByteRange } from "../../core/ports/blob-store.ts";

/** Bytes that one read fetches from the disk. */
const BLOCK_SIZE_BYTES = 256 * 1024;

/**
 * Reads a part of a file through two blocks of memory: while the caller has one, the other fills. A piece loses its bytes when the
 * next one is asked for. Closes the file in the end, also where the caller stops early.
 */
export async function* readFileRange(handle: FileHandle, { start, end }: ByteRange): AsyncGenerator<Uint8Array> {
  const blockSize = Math.min(BLOCK_SIZE_BYTES, end - start);
  let reading: Promise<Uint8Array> | undefined;
  try {
    let filling = Buffer.allocUnsafeSlow(blockSize);
    let spare = end - start > blockSize ? Buffer.allocUnsafeSlow(blockSize) : filling;
    for (let position = start; position < end; ) {
      const piece = await (reading ?? readBlock(handle, filling, position, end));
      position += piece.length;
      [filling, spare] = [spare, filling];
      reading = position < end ? readBlock(handle, filling, position, end) : undefined;
      // Whoever asks for the next piece hears of a failure.
      reading?.catch(() => undefined);
      yield piece;
    }
  } finally {
    await reading?.catch(() => undefined);
    await handle.close();
  }
}

async function readBlock(handle: FileHandle, block: Buffer, position: number, end: number): Promise<Uint8Array> {
  const length = Math.min(block.length, end - position);
  const { bytesRead } = await handle.read(block, 0, length, position);
  if (bytesRead === 0) throw new Error(`A blob ends at byte ${position}, before byte ${end}`);
  return block.subarray(0, bytesRead);
}
