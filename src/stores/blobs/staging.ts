import { createHash } from "node:crypto";
import { type FileHandle, open, rm } from "node:fs/promises";
import { CoreError } from "../../core/errors.ts";
import type { Digest } from "../../core/model/artifacts.ts";
import type { ByteSource } from "../../core/ports/blob-store.ts";

/** Read and written by the server's own user, whatever the umask says. */
const PRIVATE_FILE = 0o600;

/** Bytes that are collected before they are written in one call. */
const WRITE_SIZE_BYTES = 1024 * 1024;

/** Writes `source` to a new file and syncs it. Where that fails, or there are more than `maximumSize` bytes, the file is removed. */
export async function stageFile(
  path: string,
  source: ByteSource,
  maximumSize: number,
): Promise<{ digest: Digest; size: number }> {
  const handle = await open(path, "wx", PRIVATE_FILE);
  try {
    const result = await writeAll(handle, source, maximumSize);
    await handle.sync();
    await handle.close();
    return result;
  } catch (error) {
    await handle.close().catch(() => undefined);
    await rm(path, { force: true });
    throw error;
  }
}

/** While one group of chunks is being written, the next one arrives and is hashed. */
async function writeAll(handle: FileHandle, source: ByteSource, maximumSize: number) {
  const hash = createHash("sha256");
  let size = 0;
  let chunks: Uint8Array[] = [];
  let pending = 0;
  let writing: Promise<void> = Promise.resolve();
  const flush = async () => {
    await writing;
    writing = writeChunks(handle, chunks, size - pending);
    writing.catch(() => undefined);
    chunks = [];
    pending = 0;
  };
  try {
    for await (const chunk of source) {
      size += chunk.length;
      if (size > maximumSize) throw new CoreError("tooLarge", { what: "The file", limit: maximumSize, unit: "bytes" });
      hash.update(chunk);
      chunks.push(chunk);
      pending += chunk.length;
      if (pending >= WRITE_SIZE_BYTES) await flush();
    }
    await flush();
  } finally {
    await writing;
  }
  return { digest: hash.digest("hex"), size };
}

async function writeChunks(handle: FileHandle, chunks: readonly Uint8Array[], position: number): Promise<void> {
  let length = 0;
  for (const chunk of chunks) length += chunk.length;
  if (length === 0) return;
  const { bytesWritten } = await handle.writev(chunks, position);
  if (bytesWritten === length) return;
  // A short write, as a disk that is almost full gives: the rest in one piece, until all is written or the disk says why not.
  const rest = Buffer.concat(chunks).subarray(bytesWritten);
  await writeChunks(handle, [rest], position + bytesWritten);
}
