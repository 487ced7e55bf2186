import { randomUUID } from "node:crypto";
import { mkdir, open, readdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Digest } from "../../core/model/artifacts.ts";
import type { BlobStore, ByteRange, ByteSource, PartialUploads, StagedBlob } from "../../core/ports/blob-store.ts";
import { DigestLocks } from "./digest-locks.ts";
import { readFileRange } from "./file-reader.ts";
import { ifThere, syncDirectory } from "./files.ts";
import { LocalPartialUploads } from "./local-partial-uploads.ts";
import { type FileContent, stageFile } from "./staging.ts";

/** Only the server's own user reads what clients have stored. */
const PRIVATE_DIRECTORY = 0o700;

/**
 * Blobs in a folder: `sha256/<first two characters>/<digest>`, staged in `uploads/`; `partial/` has the uploads that go on. A blob appears under its name by a rename of
 * bytes that are already on the disk, so what is visible is whole whenever the process dies. One process at a time.
 */
export class LocalBlobStore implements BlobStore {
  readonly #blobs: string;
  readonly #uploads: string;
  readonly #partial: string;
  readonly #locks = new DigestLocks();
  readonly partialUploads: PartialUploads;

  private constructor(root: string) {
    this.#blobs = join(root, "sha256");
    this.#uploads = join(root, "uploads");
    this.#partial = join(root, "partial");
    this.partialUploads = new LocalPartialUploads(this.#partial, {
      newPath: () => this.#newStagingPath(),
      staged: (path, content) => this.#staged(path, content),
    });
  }

  /** Makes the folder where there is none. */
  static async open(root: string): Promise<LocalBlobStore> {
    const store = new LocalBlobStore(root);
    for (const directory of [store.#blobs, store.#uploads, store.#partial]) {
      await mkdir(directory, { recursive: true, mode: PRIVATE_DIRECTORY });
    }
    await syncDirectory(root);
    return store;
  }

  async stage(source: ByteSource, maximumSize = Number.POSITIVE_INFINITY): Promise<StagedBlob> {
    const path = this.#newStagingPath();
    return this.#staged(path, await stageFile(path, source, maximumSize));
  }

  async open(digest: Digest, range?: ByteRange): Promise<AsyncIterable<Uint8Array> | undefined> {
    const handle = await ifThere(open(this.#pathOf(digest)));
    return handle && readFileRange(handle, range ?? { start: 0, end: (await handle.stat()).size });
  }

  async size(digest: Digest): Promise<number | undefined> {
    return (await ifThere(stat(this.#pathOf(digest))))?.size;
  }

  remove(digest: Digest, isReferenced: () => Promise<boolean>): Promise<void> {
    return this.#locks.whileRemoving(digest, async () => {
      if (!(await isReferenced())) await rm(this.#pathOf(digest), { force: true });
    });
  }

  async *digests(): AsyncIterable<Digest> {
    for (const directory of await readdir(this.#blobs)) yield* await readdir(join(this.#blobs, directory));
  }

  async removeStaleUploads(): Promise<void> {
    for (const name of await readdir(this.#uploads)) await rm(join(this.#uploads, name), { force: true });
  }

  #newStagingPath(): string {
    return join(this.#uploads, randomUUID());
  }

  /** A file in the staging folder that is complete and durable. */
  #staged(path: string, { digest, size }: FileContent): StagedBlob {
    return {
      digest,
      size,
      open: async (range) => readFileRange(await open(path), range ?? { start: 0, end: size }),
      publish: (commit) =>
        this.#locks.whilePublishing(digest, async () => {
          await this.#makeVisible(path, digest);
          return commit();
        }),
      discard: () => rm(path, { force: true }),
    };
  }

  /** Also where the digest is there already: it mends a copy that the disk has spoilt, and its directory may not be synced yet. */
  async #makeVisible(stagedPath: string, digest: Digest): Promise<void> {
    const directory = this.#directoryOf(digest);
    if (await mkdir(directory, { recursive: true, mode: PRIVATE_DIRECTORY })) await syncDirectory(this.#blobs);
    await rename(stagedPath, this.#pathOf(digest));
    await syncDirectory(directory);
  }

  #directoryOf(digest: Digest): string {
    return join(this.#blobs, digest.slice(0, 2));
  }

  #pathOf(digest: Digest): string {
    return join(this.#directoryOf(digest), digest);
  }
}
