import type { S3Client } from "@aws-sdk/client-s3";
import { CoreError, isCoreError } from "../../../core/errors.ts";
import type { Digest } from "../../../core/model/artifacts.ts";
import type { BlobState, BlobStore, ByteRange, ByteSource, StagedBlob } from "../../../core/ports/blob-store.ts";
import type { DirectTransfers } from "../../../core/ports/direct-transfers.ts";
import { DigestLocks } from "../digest-locks.ts";
import { startNow } from "../file-reader.ts";
import { verifiedBytes } from "../verified-bytes.ts";
import { S3Bucket } from "./bucket.ts";
import { createClient, createSigner } from "./client.ts";
import { DamagedBlobs } from "./damaged-blobs.ts";
import { BlockPool } from "./memory.ts";
import { ObjectMissingError } from "./object-reader.ts";
import { type ObjectContent, Objects } from "./objects.ts";
import { openBucket } from "./open-bucket.ts";
import type { PartStorage } from "./part.ts";
import { type Pointer, Pointers } from "./pointers.ts";
import { S3DirectTransfers } from "./s3-direct-transfers.ts";
import { S3PartialUploads } from "./s3-partial-uploads.ts";
import type { S3Settings } from "./settings.ts";
import { abortStaleUploads, removeStalePuts, staleObjects, strayPointers } from "./stale-objects.ts";

/** Memory that all uploads share: one upload fills it with a part that gathers and three that are sent. */
const UPLOAD_MEMORY_BYTES = 24 * 1024 * 1024;

/** Nothing that is under way takes longer. Other processes may be at work on the same bucket, and clients of their own accord. */
const STALE_AFTER_MS = 24 * 60 * 60 * 1000;

export interface S3StoreOptions {
  /** A folder on a disk, for bytes that memory has no room for while they wait to be sent. */
  spoolDirectory: string;
  /** Who the bucket belongs to: the data folder that knows what its blobs are. */
  registryId: string;
  /** Age from which what an upload has left behind is removed. */
  staleAfterMs?: number;
  /** Hears of each blob that is found to be spoilt, with the key of the object that was set aside. */
  onDamage?: (digest: Digest, key: string) => void;
}

/**
 * Blobs in a bucket of an S3 server. The bytes of each upload are an object of their own, and a blob appears when an empty object is put
 * whose key says which: see `Pointers`. What a removal and a publishing in this process do to the same digest is kept apart by locks.
 */
export class S3BlobStore implements BlobStore {
  readonly #bucket: S3Bucket;
  readonly #objects: Objects;
  readonly #pointers: Pointers;
  readonly #damaged: DamagedBlobs;
  readonly #locks = new DigestLocks();
  readonly #closing = new AbortController();
  readonly #staleAfterMs: number;
  readonly #onDamage: (digest: Digest, key: string) => void;
  readonly partialUploads: S3PartialUploads;
  /** Only where clients can reach S3. */
  readonly directTransfers: DirectTransfers | undefined;

  private constructor(bucket: S3Bucket, signer: S3Client | undefined, options: S3StoreOptions) {
    const storage: PartStorage = {
      memory: new BlockPool(UPLOAD_MEMORY_BYTES),
      spoolDirectory: options.spoolDirectory,
    };
    this.#bucket = bucket;
    this.#objects = new Objects(bucket, storage);
    this.#pointers = new Pointers(bucket);
    this.#damaged = new DamagedBlobs(bucket);
    this.#staleAfterMs = options.staleAfterMs ?? STALE_AFTER_MS;
    this.#onDamage = options.onDamage ?? (() => undefined);
    this.partialUploads = new S3PartialUploads(bucket, storage, {
      newName: () => this.#objects.newName(),
      staged: (name, content) => this.#staged(name, content),
      stage: (source) => this.stage(source),
    });
    const staged = this.#staged.bind(this);
    const access = { bucket, objects: this.#objects, pointers: this.#pointers, staged };
    this.directTransfers = signer && new S3DirectTransfers(signer, access);
  }

  /** Throws `BlobStoreError` where the bucket can't be used, with the reason. */
  static async open(settings: S3Settings, options: S3StoreOptions): Promise<S3BlobStore> {
    const bucket = new S3Bucket(createClient(settings), settings.bucket, settings.prefix);
    await openBucket(bucket, settings, options.registryId);
    const store = new S3BlobStore(bucket, createSigner(settings), options);
    await store.#damaged.load();
    return store;
  }

  async stage(source: ByteSource, maximumSize = Number.POSITIVE_INFINITY): Promise<StagedBlob> {
    const name = this.#objects.newName();
    return this.#staged(name, await this.#objects.write(name, source, maximumSize));
  }

  async open(digest: Digest, range?: ByteRange): Promise<AsyncIterable<Uint8Array> | undefined> {
    const remembered = this.#pointers.isRemembered(digest);
    const pointer = await this.#pointers.find(digest);
    if (pointer === undefined) {
      if (this.#damaged.has(digest)) throw new CoreError("damaged", { digest });
      return undefined;
    }
    try {
      return await startNow(this.#read(pointer, range));
    } catch (error) {
      if (!(error instanceof ObjectMissingError)) throw error;
      this.#pointers.forget(digest);
      if (!remembered) throw new CoreError("damaged", { digest });
      return this.open(digest, range);
    }
  }

  async size(digest: Digest): Promise<number | undefined> {
    return (await this.#pointers.find(digest))?.size;
  }

  remove(digest: Digest, isReferenced: () => Promise<boolean>): Promise<void> {
    return this.#locks.whileRemoving(digest, async () => {
      const pointers = await this.#pointers.findAll(digest);
      if (await isReferenced()) return;
      await this.#removeAll(pointers);
      await this.#forgetDamaged(digest);
    });
  }

  async *digests(): AsyncIterable<Digest> {
    let last: Digest | undefined;
    for await (const { digest } of this.#pointers.all()) {
      if (digest !== last) yield digest;
      last = digest;
    }
    yield* this.#damaged.digests();
  }

  async verify(digest: Digest): Promise<BlobState> {
    this.#pointers.forget(digest);
    const pointer = await this.#pointers.find(digest);
    if (pointer === undefined) return this.#damaged.has(digest) ? "damaged" : "absent";
    return this.#verify(pointer);
  }

  /** Keys below the prefix. */
  async *strays(): AsyncIterable<string> {
    yield* strayPointers(this.#bucket);
    for await (const name of this.#staleObjects()) yield this.#objects.keyOf(name);
  }

  /** Looks at every object that there is, in the background of what goes on. */
  async removeStaleUploads(): Promise<void> {
    const { signal } = this.#closing;
    await abortStaleUploads(this.#bucket, this.#staleTime(), signal);
    await removeStalePuts(this.#bucket, this.#staleTime(), signal);
    for await (const name of this.#staleObjects()) {
      if (signal.aborted) return;
      await this.#objects.remove(name);
    }
  }

  /** Ends what goes on in the background. */
  close(): void {
    this.#closing.abort();
    this.#bucket.client.destroy();
  }

  #staleObjects(): AsyncIterable<string> {
    return staleObjects(this.#bucket, this.#damaged, this.#staleTime(), this.#closing.signal);
  }

  #staleTime(): Date {
    return new Date(Date.now() - this.#staleAfterMs);
  }

  /** Whole blobs are checked on their way; of what is asked for in parts, S3 has to see to it that it is what it was. */
  async *#read(pointer: Pointer, range: ByteRange | undefined): AsyncGenerator<Uint8Array> {
    if (range) return yield* this.#objects.read(pointer.object, range);
    try {
      yield* verifiedBytes(this.#objects.read(pointer.object, { start: 0, end: pointer.size }), pointer);
    } catch (error) {
      if (isCoreError(error, "damaged")) await this.#examine(pointer);
      throw error;
    }
  }

  async #verify(pointer: Pointer): Promise<BlobState> {
    try {
      return (await this.#objects.hash(pointer.object, pointer.size)) === pointer.digest ? "whole" : "damaged";
    } catch (error) {
      if (error instanceof ObjectMissingError) return "absent";
      throw error;
    }
  }

  /** Sets a blob aside that came with wrong bytes, unless they are right when they are read again: the way here may have spoilt them. */
  #examine(pointer: Pointer): Promise<void> {
    const { digest, object } = pointer;
    return this.#locks.whileRemoving(digest, async () => {
      if (this.#damaged.has(digest) || (await this.#verify(pointer)) !== "damaged") return;
      await this.#damaged.add(pointer);
      await this.#pointers.remove(pointer);
      this.#onDamage(digest, this.#objects.keyOf(object));
    });
  }

  async #forgetDamaged(digest: Digest): Promise<void> {
    const object = await this.#damaged.forget(digest);
    if (object !== undefined) await this.#objects.remove(object);
  }

  /** An object that is complete. */
  #staged(object: string, { digest, size }: ObjectContent): StagedBlob {
    const pointer = { digest, size, object };
    let state: "staged" | "publishing" | "published" = "staged";
    return {
      digest,
      size,
      open: (range) => startNow(this.#objects.read(object, range ?? { start: 0, end: size })),
      publish: (commit) =>
        this.#locks.whilePublishing(digest, async () => {
          state = "publishing";
          await this.#pointers.put(pointer);
          state = "published";
          const removing = this.#removeOlderCopies(pointer);
          return commit().finally(() => removing);
        }),
      discard: async () => {
        // A pointer whose request failed may be there all the same.
        if (state === "publishing") await this.#removeAll([pointer]);
        if (state === "staged") await this.#objects.remove(object);
      },
    };
  }

  /** The newest copy stays: it mends one that is damaged. Copies that can't be removed now wait for the next upload or removal. */
  async #removeOlderCopies({ digest }: Pointer): Promise<void> {
    try {
      const [, ...older] = await this.#pointers.findAll(digest);
      await this.#removeAll(older);
      await this.#forgetDamaged(digest);
    } catch {
      // The blob itself is there.
    }
  }

  /** Pointers first: none ever points to nothing. */
  async #removeAll(pointers: readonly Pointer[]): Promise<void> {
    for (const pointer of pointers) {
      await this.#pointers.remove(pointer);
      await this.#objects.remove(pointer.object);
    }
  }
}
