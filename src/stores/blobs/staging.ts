import { createHash } from "node:crypto";
import { type FileHandle, open, rm } from "node:fs/promises";
import { CoreError } from "../../core/errors.ts";
import type { Digest } from "../../core/model/artifacts.ts";
import type { ByteSource } from "../../core/ports/blob-store.ts";
import { FileWriter } from "./file-writer.ts";

/** Read and written by the server's own user, whatever the umask says. */
export const PRIVATE_FILE = 0o600;

/** What a file turned out to hold; its size is in bytes. */
export interface FileContent {
  digest: Digest;
  size: number;
}

/** Writes `source` to a new file and syncs it. Where that fails, or there are more than `maximumSize` bytes, the file is removed. */
export async function stageFile(path: string, source: ByteSource, maximumSize: number): Promise<FileContent> {
  const handle = await open(path, "wx", PRIVATE_FILE);
  try {
    const result = await writeAll(handle, source, maximumSize);
    await handle.close();
    return result;
  } catch (error) {
    await handle.close().catch(() => undefined);
    await rm(path, { force: true });
    throw error;
  }
}

async function writeAll(handle: FileHandle, source: ByteSource, maximumSize: number) {
  const hash = createHash("sha256");
  const writer = new FileWriter(handle);
  try {
    for await (const chunk of source) {
      hash.update(chunk);
      await writer.write(chunk);
      if (writer.size > maximumSize) {
        throw new CoreError("tooLarge", { what: "The file", limit: maximumSize, unit: "bytes" });
      }
    }
    await writer.finish();
  } finally {
    await writer.settle();
  }
  return { digest: hash.digest("hex"), size: writer.size };
}
