import { type FileHandle, open, rm, writeFile } from "node:fs/promises";
import { CoreError } from "../../core/errors.ts";
import type { ByteSource } from "../../core/ports/blob-store.ts";
import { hashFile } from "./file-reader.ts";
import { FileWriter } from "./file-writer.ts";
import { PRIVATE_FILE } from "./files.ts";
import { BLOCK_SIZE_BYTES } from "./hashing/block-checksums.ts";
import type { FileContent } from "./hashing/content-hash.ts";
import { FileHash } from "./hashing/file-hash.ts";
import { checksumsOf } from "./layout.ts";

/**
 * Writes `source` to a new file and syncs it, with its checksums beside it where it has more than one block. Where that fails, or there
 * are more than `maximumSize` bytes, nothing stays.
 */
export async function stageFile(path: string, source: ByteSource, maximumSize: number): Promise<FileContent> {
  const handle = await open(path, "wx", PRIVATE_FILE);
  try {
    const content = await writeAll(handle, source, maximumSize);
    await handle.close();
    await stageChecksums(path, content);
    return content;
  } catch (error) {
    await handle.close().catch(() => undefined);
    await removeStaged(path);
    throw error;
  }
}

/** What a complete file in the staging folder holds. Removes it where that can't be read. */
export async function hashStaged(path: string): Promise<FileContent> {
  const handle = await open(path);
  try {
    const content = await hashFile(handle, (await handle.stat()).size);
    await stageChecksums(path, content);
    return content;
  } catch (error) {
    await removeStaged(path);
    throw error;
  } finally {
    await handle.close();
  }
}

/** Not synced: who misses them, or finds them wrong, makes them anew. */
async function stageChecksums(path: string, { size, checksums }: FileContent): Promise<void> {
  if (size > BLOCK_SIZE_BYTES) await writeFile(checksumsOf(path), checksums, { mode: PRIVATE_FILE });
}

export async function removeStaged(path: string): Promise<void> {
  await rm(path, { force: true });
  await rm(checksumsOf(path), { force: true });
}

async function writeAll(handle: FileHandle, source: ByteSource, maximumSize: number): Promise<FileContent> {
  const hash = new FileHash();
  const writer = new FileWriter(handle, { hash });
  try {
    for await (const chunk of source) {
      await writer.write(chunk);
      if (writer.size > maximumSize) {
        throw new CoreError("tooLarge", { what: "The file", limit: maximumSize, unit: "bytes" });
      }
    }
    await writer.finish();
    return await hash.finish();
  } catch (error) {
    await hash.forget();
    throw error;
  } finally {
    await writer.settle();
  }
}
