import { createReadStream, createWriteStream, openAsBlob } from "node:fs";
import { rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { Models, pathOf } from "../models.ts";
import type { NewModel, StoredModel } from "../stored-models.ts";
import { type DownloadOptions, type EarlierBytes, startDownload } from "../transfer/download.ts";
import { createSha256 } from "../transfer/sha256.ts";
import type { UploadOptions } from "../transfer/upload.ts";

/** Stored models, with files of this machine. */
export class FileModels extends Models {
  /** As `upload`, from the file at `path`. It is read as it is sent, and must not change meanwhile. */
  async uploadFile(path: string, model: NewModel, options: UploadOptions = {}): Promise<StoredModel> {
    return this.upload(await openFile(path), model, options);
  }

  /**
   * As `download`, to the file at `path`, which is there, replaced, when all of it has come and is what its digest says. Until then, the
   * bytes are in a file of another name beside it, and what an interrupted download has left there is not asked for again.
   */
  async downloadToFile(model: string, path: string, options: Omit<DownloadOptions, "range"> = {}): Promise<void> {
    const target = { path: `${pathOf(model)}/content` };
    // An archive is made as it is sent: it has no digest that could say that an earlier one was the same.
    const { sha256: digest, size } = await this.get(model, options);
    const partial = join(dirname(path), `.${basename(path)}.${digest?.slice(0, 16) ?? crypto.randomUUID()}.part`);
    const earlier = digest === null ? undefined : await earlierBytes(partial, digest, size ?? 0);
    try {
      const download = await startDownload(this.transport, target, options, earlier);
      const file = createWriteStream(partial, { flags: download.isContinued ? "a" : "w" });
      await pipeline(Readable.fromWeb(download.stream), file);
    } catch (error) {
      if (digest === null || isWorthless(error)) await rm(partial, { force: true });
      throw error;
    }
    await rename(partial, path);
  }
}

/** A file of this machine for `upload`; none of it is read yet. */
export async function openFile(path: string): Promise<File> {
  const { mtimeMs } = await stat(path);
  return new File([await openAsBlob(path)], basename(path), { lastModified: mtimeMs });
}

/** What is there already of a file of `fullSize` bytes, read once for its digest; undefined where there is nothing to add to. */
async function earlierBytes(path: string, sha256: string, fullSize: number): Promise<EarlierBytes | undefined> {
  const size = (await stat(path).catch(() => undefined))?.size ?? 0;
  if (size === 0 || size >= fullSize) return undefined;
  const hash = await createSha256();
  for await (const piece of createReadStream(path)) hash.update(piece);
  return { size, hash, sha256 };
}

function isWorthless(error: unknown): boolean {
  return error instanceof Error && "code" in error && (error.code === "digest-mismatch" || error.code === "range");
}
