import { randomUUID } from "node:crypto";
import { mkdir, open, readdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Digest } from "../../core/model/artifacts.ts";
import type { BlobStore, ByteRange, ByteSource, StagedBlob } from "../../core/ports/blob-store.ts";
import { DigestLocks } from "./digest-locks.ts";
import { readFileRange } from "./file-reader.ts";
import { stageFile } from "./staging.ts";

/** Only the server's own user reads what clients have stored. */
const PRIVATE_DIRECTORY = 0o700;

/**
 * Blobs in a folder: `sha256/<first two characters>/<digest>`, staged in `uploads/`. A blob appears under its name by a rename of
 * bytes that are already on the disk, so what is visible is whole whenever the process dies. One process at a time.
 */
export class LocalBlobStore implements BlobStore {
  readonly #blobs: string;
  readonly #uploads: string;
  readonly #locks = new DigestLocks();

  private constructor(root: string) {
    this.#blobs = join(root, "sha256");
    this.#uploads = join(root, "uploads");
  }

  /** Makes the folder where there is none. */
  static async open(root: string): Promise<LocalBlobStore> {
    const store = new LocalBlobStore(root);
    for (const directory of [store.#blobs, store.#uploads]) {
      await mkdir(directory, { recursive: true, mode: PRIVATE_DIRECTORY });
    }
    await syncDirectory(root);
    return store;
  }

  async stage(source: ByteSource, maximumSize = Number.POSITIVE_INFINITY): Promise<StagedBlob> {
    const path = join(this.#uploads, randomUUID());
    const { digest, size } = await stageFile(path, source, maximumSize);
    return {
      digest,
      size,
      publish: (commit) =>
        this.#locks.whilePublishing(digest, async () => {
          await this.#makeVisible(path, digest);
          return commit();
        }),
      discard: () => rm(path, { force: true }),
    };
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

/** A rename is durable when the directory is. */
async function syncDirectory(path: string): Promise<void> {
  const handle = await open(path);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Undefined where the file does not exist. */
async function ifThere<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}
