import type { Digest } from "../model/artifacts.ts";

/** Bytes that have arrived in full, are hashed and synced, but are not visible yet. */
export interface StagedBlob {
  digest: Digest;
  /** Bytes. */
  size: number;
  /** The staged bytes, before they are published. Whoever opens them reads them or ends the reading. */
  open(range?: ByteRange): Promise<AsyncIterable<Uint8Array>>;
  /**
   * Makes the blob visible under its digest, durably, then runs `commit`, which refers to it. Until `commit` has settled, `remove`
   * of the same digest waits. Publishing the same bytes twice keeps one copy.
   */
  publish<T>(commit: () => Promise<T>): Promise<T>;
  /** Removes the staged bytes. Harmless after `publish`. */
  discard(): Promise<void>;
}

/** A part of a blob: `start` included, `end` excluded, in bytes. */
export interface ByteRange {
  start: number;
  end: number;
}

/** Bytes in pieces, read once. A piece may lose its bytes when the next one is asked for: who needs them longer copies them. */
export type ByteSource = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

/** The name of bytes that wait to become a blob: a UUID that the server has made. */
export type PartialUploadId = string;

/**
 * Bytes that arrive in several requests, perhaps over days and restarts, before they become a blob. Who began them, and when they are
 * given up, is in the metadata store.
 */
export interface PartialUploads {
  /**
   * Adds `source` behind the first `offset` bytes, which are there; what was behind them is cut off. Returns how many bytes there are
   * then, all durable. Where the source fails, or brings more than `maximumSize` bytes in all, the bytes up to there stay and count:
   * see `size`. One call at a time for each upload.
   */
  append(id: PartialUploadId, offset: number, source: ByteSource, maximumSize?: number): Promise<number>;
  /** Durable bytes so far; 0 for an upload without any. */
  size(id: PartialUploadId): Promise<number>;
  /** Makes one blob of the bytes of several uploads, in this order. They stay until they are discarded. */
  stage(ids: readonly PartialUploadId[]): Promise<StagedBlob>;
  /** Removes the bytes. Nothing there: nothing happens. */
  discard(id: PartialUploadId): Promise<void>;
  /** Uploads that hold bytes. */
  ids(): AsyncIterable<PartialUploadId>;
}

/** What has become of a blob: its bytes are what they were, or are not, or there are none under this digest. */
export type BlobState = "whole" | "damaged" | "absent";

/**
 * Objects kept by digest. Memory is constant whatever the size; every visible object is whole, whenever the process dies.
 */
export interface BlobStore {
  /** Reads `source` to its end, hashing as it goes. Throws `tooLarge` past `maximumSize` bytes; nothing stays behind then. */
  stage(source: ByteSource, maximumSize?: number): Promise<StagedBlob>;
  /**
   * The bytes in pieces, or undefined where there is no such object. They stay whole even if the object is removed meanwhile. Whoever
   * opens them reads them or ends the reading, which frees what the store holds for it.
   *
   * Bytes that are not those that were stored are not given out: throws `damaged`, at once or in the middle of the reading, in any case
   * before the end of the bytes. From then on the blob is set aside: `size` knows nothing of it, `open` throws, until it is published again.
   */
  open(digest: Digest, range?: ByteRange): Promise<AsyncIterable<Uint8Array> | undefined>;
  /** Size in bytes, or undefined where there is no such object. */
  size(digest: Digest): Promise<number | undefined>;
  /**
   * Removes a blob unless `isReferenced` says that something refers to it. It is asked after every `publish` of the digest that was
   * under way, and none starts before the blob is gone.
   */
  remove(digest: Digest, isReferenced: () => Promise<boolean>): Promise<void>;
  /** Every blob that was there when the listing began, whole or not. */
  digests(): AsyncIterable<Digest>;
  /** Reads a blob to its end and says what has become of it, in constant memory. Changes nothing. */
  verify(digest: Digest): Promise<BlobState>;
  /** Names of what is kept beside the blobs, and is none, nor on its way to become one. */
  strays(): AsyncIterable<string>;
  /** Uploads that go on in later requests. */
  readonly partialUploads: PartialUploads;
  /** Removes what interrupted uploads left behind, except for partial ones. Called once, at start. */
  removeStaleUploads(): Promise<void>;
}
