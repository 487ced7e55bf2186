import { link, open, readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { CoreError } from "../../core/errors.ts";
import type { ByteSource, PartialUploadId, PartialUploads, StagedBlob } from "../../core/ports/blob-store.ts";
import { readFileRange } from "./file-reader.ts";
import { FileWriter } from "./file-writer.ts";
import { ifThere, needingSpace, PRIVATE_FILE, syncDirectory } from "./files.ts";
import type { FileContent } from "./hashing/content-hash.ts";
import { hashStaged, stageFile } from "./staging.ts";

/** Where files wait to be published as blobs. */
export interface StagingArea {
  newPath(): string;
  /** A file there that is complete and durable, and is not written any more. */
  staged(path: string, content: FileContent): StagedBlob;
}

/** Partial uploads as files of a folder, each named by its id. */
export class LocalPartialUploads implements PartialUploads {
  readonly #root: string;
  readonly #staging: StagingArea;

  constructor(root: string, staging: StagingArea) {
    this.#root = root;
    this.#staging = staging;
  }

  append(id: PartialUploadId, offset: number, source: ByteSource, maximumSize = Number.POSITIVE_INFINITY) {
    return needingSpace(this.#append(id, offset, source, maximumSize));
  }

  async #append(id: PartialUploadId, offset: number, source: ByteSource, maximumSize: number): Promise<number> {
    const handle = await open(this.#pathOf(id), offset === 0 ? "w" : "r+", PRIVATE_FILE);
    const writer = new FileWriter(handle, { offset });
    try {
      await handle.truncate(offset);
      for await (const chunk of source) {
        if (writer.size + chunk.length > maximumSize) {
          await writer.write(chunk.subarray(0, maximumSize - writer.size));
          throw new CoreError("tooLarge", { what: "The upload", limit: maximumSize, unit: "bytes" });
        }
        await writer.write(chunk);
      }
    } finally {
      // What has come counts, however the source ended, also where there was no room for all of it.
      await writer.finish().finally(async () => {
        await writer.settle();
        const cutBack = writer.synced ? Promise.resolve() : handle.truncate(offset);
        await cutBack.finally(() => handle.close());
      });
    }
    if (offset === 0) await syncDirectory(this.#root);
    return writer.size;
  }

  async size(id: PartialUploadId): Promise<number> {
    return (await ifThere(stat(this.#pathOf(id))))?.size ?? 0;
  }

  async stage(ids: readonly PartialUploadId[]): Promise<StagedBlob> {
    const path = this.#staging.newPath();
    return this.#staging.staged(path, await needingSpace(this.#stageAt(path, ids)));
  }

  async discard(id: PartialUploadId): Promise<void> {
    await rm(this.#pathOf(id), { force: true });
  }

  async *ids(): AsyncIterable<PartialUploadId> {
    yield* await readdir(this.#root);
  }

  async #stageAt(path: string, ids: readonly PartialUploadId[]): Promise<FileContent> {
    const [id, ...more] = ids;
    const linked = id !== undefined && more.length === 0 && (await this.#link(id, path));
    return linked ? hashStaged(path) : stageFile(path, this.#readAll(ids), Number.POSITIVE_INFINITY);
  }

  /** The bytes of one upload need no second copy. False where there are none yet. */
  async #link(id: PartialUploadId, path: string): Promise<boolean> {
    return (await ifThere(link(this.#pathOf(id), path).then(() => true))) ?? false;
  }

  async *#readAll(ids: readonly PartialUploadId[]): AsyncIterable<Uint8Array> {
    for (const id of ids) {
      const handle = await ifThere(open(this.#pathOf(id)));
      if (handle) yield* readFileRange(handle, { start: 0, end: (await handle.stat()).size });
    }
  }

  #pathOf(id: PartialUploadId): string {
    return join(this.#root, id);
  }
}
