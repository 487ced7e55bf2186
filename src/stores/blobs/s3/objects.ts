import { createHash, randomUUID } from "node:crypto";
import { CoreError } from "../../../core/errors.ts";
import type { Digest } from "../../../core/model/artifacts.ts";
import type { ByteRange, ByteSource } from "../../../core/ports/blob-store.ts";
import type { S3Bucket } from "./bucket.ts";
import { readObject } from "./object-reader.ts";
import { ObjectWriter } from "./object-writer.ts";
import type { PartStorage } from "./part.ts";

export const OBJECTS = "objects/";

/** What an object turned out to hold. */
export interface ObjectContent {
  digest: Digest;
  /** Bytes. */
  size: number;
}

/** The objects that hold the bytes of blobs, `objects/<UUID>`: written once, whole, and never changed. */
export class Objects {
  readonly #bucket: S3Bucket;
  readonly #storage: PartStorage;
  readonly #readers = new Map<string, number>();
  readonly #unwanted = new Set<string>();

  constructor(bucket: S3Bucket, storage: PartStorage) {
    this.#bucket = bucket;
    this.#storage = storage;
  }

  newName(): string {
    return randomUUID();
  }

  keyOf(name: string): string {
    return OBJECTS + name;
  }

  /** Reads `source` to its end, hashing as it goes. Throws `tooLarge`. Where it fails, nothing stays behind. */
  async write(name: string, source: ByteSource, maximumSize: number): Promise<ObjectContent> {
    const writer = new ObjectWriter(this.#bucket, this.keyOf(name), this.#storage);
    const hash = createHash("sha256");
    try {
      for await (const piece of source) {
        if (writer.size + piece.length > maximumSize) {
          throw new CoreError("tooLarge", { what: "The file", limit: maximumSize, unit: "bytes" });
        }
        hash.update(piece);
        await writer.write(piece);
      }
      await writer.finish();
      return { digest: hash.digest("hex"), size: writer.size };
    } catch (error) {
      await writer.abort();
      throw error;
    }
  }

  /** Throws `ObjectMissingError`. While it is read, nothing in this process removes it. */
  async *read(name: string, range: ByteRange): AsyncGenerator<Uint8Array> {
    this.#readers.set(name, (this.#readers.get(name) ?? 0) + 1);
    try {
      yield* readObject(this.#bucket, this.keyOf(name), range);
    } finally {
      await this.#readingEnded(name);
    }
  }

  /** Reads all of it. Throws `ObjectMissingError`. */
  async hash(name: string, size: number): Promise<Digest> {
    const hash = createHash("sha256");
    for await (const piece of this.read(name, { start: 0, end: size })) hash.update(piece);
    return hash.digest("hex");
  }

  /** At once, or when the last one who is reading it has finished. */
  async remove(name: string): Promise<void> {
    if (this.#readers.has(name)) this.#unwanted.add(name);
    else await this.#bucket.delete(this.keyOf(name));
  }

  async #readingEnded(name: string): Promise<void> {
    const left = (this.#readers.get(name) ?? 1) - 1;
    if (left > 0) {
      this.#readers.set(name, left);
      return;
    }
    this.#readers.delete(name);
    // Whoever was reading has what it wanted; what can't be removed now is removed as stale later.
    if (this.#unwanted.delete(name)) await this.#bucket.delete(this.keyOf(name)).catch(() => undefined);
  }
}
