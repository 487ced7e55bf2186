import type { Digest } from "../../../core/model/artifacts.ts";
import type { S3Bucket } from "./bucket.ts";

/** What the keys of all pointers begin with. */
export const POINTERS = "sha256/";

/** Pointers whose place is remembered: a few megabytes. */
const MOST_REMEMBERED = 10_000;

/** What a digest stands for. */
export interface Pointer {
  digest: Digest;
  /** Bytes. */
  size: number;
  /** The name of the object that holds them: a UUID. */
  object: string;
}

interface StoredPointer extends Pointer {
  lastModified: Date;
}

/**
 * Empty objects whose keys say which object holds the bytes of a digest: `sha256/<first two characters>/<digest>/<size>.<object>`. So one
 * small request makes bytes visible, whole or not at all, and a listing tells everything about every blob.
 */
export class Pointers {
  readonly #bucket: S3Bucket;
  /** Those used last, the latest at the end. */
  readonly #remembered = new Map<Digest, Pointer>();

  constructor(bucket: S3Bucket) {
    this.#bucket = bucket;
  }

  /** Whether `find` answers from memory, which another process may have made untrue. */
  isRemembered(digest: Digest): boolean {
    return this.#remembered.has(digest);
  }

  /** The newest one; from memory where it was used lately. */
  async find(digest: Digest): Promise<Pointer | undefined> {
    const remembered = this.#remembered.get(digest);
    const pointer = remembered ?? (await this.findAll(digest))[0];
    if (pointer) this.#remember(pointer);
    return pointer;
  }

  /** All that are there, the newest one first; several where the same bytes came at the same time. */
  async findAll(digest: Digest): Promise<Pointer[]> {
    const found: StoredPointer[] = [];
    for await (const pointer of this.#list(directoryOf(digest))) found.push(pointer);
    return found.sort(newestFirst);
  }

  async put(pointer: Pointer): Promise<void> {
    await this.#bucket.putText(keyOf(pointer), "");
    this.#remember(pointer);
  }

  async remove(pointer: Pointer): Promise<void> {
    if (this.#remembered.get(pointer.digest)?.object === pointer.object) this.forget(pointer.digest);
    await this.#bucket.delete(keyOf(pointer));
  }

  /** The next `find` looks at what is there. */
  forget(digest: Digest): void {
    this.#remembered.delete(digest);
  }

  /** Every pointer, by digest. */
  all(): AsyncGenerator<Pointer> {
    return this.#list(POINTERS);
  }

  async *#list(prefix: string): AsyncGenerator<StoredPointer> {
    for await (const { key, lastModified } of this.#bucket.list(prefix)) {
      const pointer = parsePointerKey(key);
      // Nobody else writes here; what somebody did anyway is no blob.
      if (pointer) yield { ...pointer, lastModified };
    }
  }

  #remember(pointer: Pointer): void {
    this.#remembered.delete(pointer.digest);
    this.#remembered.set(pointer.digest, pointer);
    const [oldest] = this.#remembered.keys();
    if (oldest !== undefined && this.#remembered.size > MOST_REMEMBERED) this.#remembered.delete(oldest);
  }
}

/** What a key says, or undefined where it is none of a pointer. */
export function parsePointerKey(key: string): Pointer | undefined {
  const [, digest, size, object] = /^sha256\/[0-9a-f]{2}\/([0-9a-f]{64})\/(\d+)\.([0-9a-f-]{36})$/.exec(key) ?? [];
  return digest === undefined || object === undefined ? undefined : { digest, size: Number(size), object };
}

function directoryOf(digest: Digest): string {
  return `${POINTERS}${digest.slice(0, 2)}/${digest}/`;
}

function keyOf({ digest, size, object }: Pointer): string {
  return `${directoryOf(digest)}${size}.${object}`;
}

/** The same for everybody who looks, also where two came within one second. */
function newestFirst(one: StoredPointer, other: StoredPointer): number {
  return other.lastModified.getTime() - one.lastModified.getTime() || (one.object < other.object ? 1 : -1);
}
