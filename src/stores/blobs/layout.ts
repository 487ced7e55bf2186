import { randomUUID } from "node:crypto";
import { join } from "node:path";
import type { Digest } from "../../core/model/artifacts.ts";

const CHECKSUMS_SUFFIX = ".crc32";

/** Where things are in the folder of a local store. */
export class BlobLayout {
  /** `sha256/<first two characters>/<digest>`, the checksums of large ones beside them as `<digest>.crc32`. */
  readonly blobs: string;
  /** What is being written. */
  readonly uploads: string;
  /** Uploads that go on in later requests. */
  readonly partial: string;
  /** What clients put by signed requests, a folder for each upload. */
  readonly transfers: string;
  /** Blobs that were found to be spoilt, by digest. */
  readonly damaged: string;

  constructor(root: string) {
    this.blobs = join(root, "sha256");
    this.uploads = join(root, "uploads");
    this.partial = join(root, "partial");
    this.transfers = join(root, "transfers");
    this.damaged = join(root, "damaged");
  }

  get directories(): string[] {
    return [this.blobs, this.uploads, this.partial, this.transfers, this.damaged];
  }

  newUploadPath(): string {
    return join(this.uploads, randomUUID());
  }

  directoryOf(digest: Digest): string {
    return join(this.blobs, digest.slice(0, 2));
  }

  pathOf(digest: Digest): string {
    return join(this.directoryOf(digest), digest);
  }

  damagedPathOf(digest: Digest): string {
    return join(this.damaged, digest);
  }
}

/** Where the checksums of a file are. */
export function checksumsOf(path: string): string {
  return path + CHECKSUMS_SUFFIX;
}

/** The digest that a file of a blob's directory belongs to, or undefined where it belongs to none. */
export function digestOfFile(directory: string, name: string): Digest | undefined {
  const digest = name.endsWith(CHECKSUMS_SUFFIX) ? name.slice(0, -CHECKSUMS_SUFFIX.length) : name;
  return isDigest(digest) && digest.startsWith(directory) ? digest : undefined;
}

export function isDigest(text: string): boolean {
  return /^[0-9a-f]{64}$/.test(text);
}
