import type { Digest } from "../../../core/model/artifacts.ts";
import type { S3Bucket } from "./bucket.ts";
import type { Pointer } from "./pointers.ts";

const ROOT = "damaged/";

/** Blobs whose bytes are not what was stored. Their objects stay, for a person to look at, until the bytes come again. */
export class DamagedBlobs {
  readonly #bucket: S3Bucket;
  /** Names of objects. */
  readonly #objects = new Map<Digest, string>();

  constructor(bucket: S3Bucket) {
    this.#bucket = bucket;
  }

  /** Reads which ones there are; once, before anything else. */
  async load(): Promise<void> {
    for await (const { key } of this.#bucket.list(ROOT)) {
      const [digest, object] = key.slice(ROOT.length).split("/");
      if (digest !== undefined && object !== undefined) this.#objects.set(digest, object);
    }
  }

  has(digest: Digest): boolean {
    return this.#objects.has(digest);
  }

  /** Whether this is the object of one of them. */
  holds(object: string): boolean {
    return [...this.#objects.values()].includes(object);
  }

  digests(): Iterable<Digest> {
    return this.#objects.keys();
  }

  async add({ digest, object }: Pointer): Promise<void> {
    await this.#bucket.putText(keyOf(digest, object), "");
    this.#objects.set(digest, object);
  }

  /** Returns the object that nobody needs any more, if there is one: the bytes have come again, or nobody wants them. */
  async forget(digest: Digest): Promise<string | undefined> {
    const object = this.#objects.get(digest);
    if (object === undefined) return undefined;
    await this.#bucket.delete(keyOf(digest, object));
    this.#objects.delete(digest);
    return object;
  }
}

function keyOf(digest: Digest, object: string): string {
  return `${ROOT}${digest}/${object}`;
}
