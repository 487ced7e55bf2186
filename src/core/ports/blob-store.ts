import type { Digest } from "../model/artifacts.ts";

/** Bytes that have arrived in full, are hashed and synced, but are not visible yet. */
export interface StagedBlob {
  digest: Digest;
  /** Bytes. */
  size: number;
  /** Makes the blob visible under its digest, durably. Staging the same bytes twice keeps one copy. */
  publish(): Promise<void>;
  /** Removes the staged bytes. Harmless after `publish`. */
  discard(): Promise<void>;
}

/** A part of a blob: `start` included, `end` excluded, in bytes. */
export interface ByteRange {
  start: number;
  end: number;
}

/**
 * Objects kept by digest. Memory is constant whatever the size; every visible object is whole, whenever the process dies.
 */
export interface BlobStore {
  /** Reads `source` to its end, hashing as it goes. Throws `tooLarge` past `maximumSize` bytes; nothing stays behind then. */
  stage(source: AsyncIterable<Uint8Array>, maximumSize?: number): Promise<StagedBlob>;
  /** A stream of the bytes, or undefined where there is no such object. */
  open(digest: Digest, range?: ByteRange): Promise<AsyncIterable<Uint8Array> | undefined>;
  /** Size in bytes, or undefined where there is no such object. */
  size(digest: Digest): Promise<number | undefined>;
  delete(digest: Digest): Promise<void>;
  /** Removes what interrupted uploads left behind. Called once, at start. */
  removeStaleUploads(): Promise<void>;
}
