import { mkdir, open, readdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Digest } from "../../core/model/artifacts.ts";
import type {
  BlobState,
  BlobStore,
  ByteRange,
  ByteSource,
  PartialUploads,
  StagedBlob,
} from "../../core/ports/blob-store.ts";
import { CheckedReader } from "./checked-reader.ts";
import { DamagedBlobs } from "./damaged-blobs.ts";
import { DigestLocks } from "./digest-locks.ts";
import { readFileRange } from "./file-reader.ts";
import { ifThere, needingSpace, PRIVATE_DIRECTORY, syncDirectory } from "./files.ts";
import { BLOCK_SIZE_BYTES } from "./hashing/block-checksums.ts";
import type { FileContent } from "./hashing/content-hash.ts";
import { BlobLayout, checksumsOf } from "./layout.ts";
import { listDigests, listStrays } from "./listing.ts";
import { LocalPartialUploads, type StagingArea } from "./local-partial-uploads.ts";
import { LocalTransfers, type OwnTransfersOptions } from "./local-transfers.ts";
import { removeStaged, stageFile } from "./staging.ts";

export interface LocalBlobStoreOptions {
  /** Hears of each blob that is found to be spoilt, with the path of the file that it was set aside as. */
  onDamage?: (digest: Digest, path: string) => void;
}

/**
 * Blobs in a folder. A blob appears under its name by a rename of bytes that are already on the disk, so what is visible is whole whenever
 * the process dies. One process at a time; another one may read.
 */
export class LocalBlobStore implements BlobStore {
  readonly #layout: BlobLayout;
  readonly #locks = new DigestLocks();
  readonly #damaged: DamagedBlobs;
  readonly #reader: CheckedReader;
  readonly #staging: StagingArea = {
    newPath: () => this.#layout.newUploadPath(),
    staged: (path, content) => this.#staged(path, content),
  };
  readonly partialUploads: PartialUploads;

  private constructor(root: string, { onDamage = () => undefined }: LocalBlobStoreOptions) {
    this.#layout = new BlobLayout(root);
    this.#damaged = new DamagedBlobs(this.#layout, this.#locks, onDamage);
    this.#reader = new CheckedReader(this.#layout, this.#locks, this.#damaged);
    this.partialUploads = new LocalPartialUploads(this.#layout.partial, this.#staging);
  }

  /** Makes the folder where there is none. */
  static async open(root: string, options: LocalBlobStoreOptions = {}): Promise<LocalBlobStore> {
    const store = new LocalBlobStore(root, options);
    for (const directory of store.#layout.directories) {
      await mkdir(directory, { recursive: true, mode: PRIVATE_DIRECTORY });
    }
    await syncDirectory(root);
    await store.#damaged.load();
    return store;
  }

  async stage(source: ByteSource, maximumSize = Number.POSITIVE_INFINITY): Promise<StagedBlob> {
    const path = this.#layout.newUploadPath();
    return this.#staged(path, await needingSpace(stageFile(path, source, maximumSize)));
  }

  open(digest: Digest, range?: ByteRange): Promise<AsyncIterable<Uint8Array> | undefined> {
    return this.#reader.open(digest, range);
  }

  async size(digest: Digest): Promise<number | undefined> {
    return (await ifThere(stat(this.#layout.pathOf(digest))))?.size;
  }

  remove(digest: Digest, isReferenced: () => Promise<boolean>): Promise<void> {
    return this.#locks.whileRemoving(digest, async () => {
      if (await isReferenced()) return;
      await removeStaged(this.#layout.pathOf(digest));
      await this.#damaged.forget(digest);
    });
  }

  async *digests(): AsyncIterable<Digest> {
    yield* listDigests(this.#layout);
    yield* this.#damaged.digests();
  }

  verify(digest: Digest): Promise<BlobState> {
    return this.#reader.verify(digest);
  }

  strays(): AsyncIterable<string> {
    return listStrays(this.#layout);
  }

  /** Signed requests that come back to this server, below `prefix`. */
  ownTransfers(options: OwnTransfersOptions): LocalTransfers {
    return new LocalTransfers(this, this.#layout, this.#staging, options);
  }

  async removeStaleUploads(): Promise<void> {
    for (const name of await readdir(this.#layout.uploads)) await rm(join(this.#layout.uploads, name), { force: true });
  }

  /** A file in the staging folder that is complete and durable. */
  #staged(path: string, content: FileContent): StagedBlob {
    const { digest, size } = content;
    return {
      digest,
      size,
      open: async (range) => readFileRange(await open(path), range ?? { start: 0, end: size }),
      publish: (commit) =>
        this.#locks.whilePublishing(digest, async () => {
          await needingSpace(this.#makeVisible(path, content));
          return commit();
        }),
      discard: () => removeStaged(path),
    };
  }

  /** Also where the digest is there already: it mends a copy that the disk has spoilt, and its directory may not be synced yet. */
  async #makeVisible(stagedPath: string, { digest, size }: FileContent): Promise<void> {
    const directory = this.#layout.directoryOf(digest);
    if (await mkdir(directory, { recursive: true, mode: PRIVATE_DIRECTORY })) await syncDirectory(this.#layout.blobs);
    const path = this.#layout.pathOf(digest);
    if (size > BLOCK_SIZE_BYTES) await rename(checksumsOf(stagedPath), checksumsOf(path));
    await rename(stagedPath, path);
    await syncDirectory(directory);
    await this.#damaged.forget(digest);
  }
}
