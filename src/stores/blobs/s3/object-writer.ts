import type { S3Bucket } from "./bucket.ts";
import { MultipartUpload, type StoredPart } from "./multipart-upload.ts";
import { Part, type PartStorage } from "./part.ts";
import { partSize } from "./part-sizes.ts";

/** Parts of one upload that are sent at once, while the next one gathers. */
const PARTS_IN_FLIGHT = 3;

/**
 * Writes one object from bytes as they come. What fits into one part goes in one request; more goes in parts, a few of them at a time. The
 * object is there when `finish` resolves. Whoever gives up calls `abort` or
 * `leave`.
 */
export class ObjectWriter {
  readonly key: string;
  readonly #bucket: S3Bucket;
  readonly #storage: PartStorage;
  #gathering: Part;
  #number = 1;
  #size = 0;
  #upload: Promise<MultipartUpload> | undefined;
  readonly #inFlight = new Set<Promise<void>>();
  readonly #sent: StoredPart[] = [];
  #failure: { error: unknown } | undefined;

  constructor(bucket: S3Bucket, key: string, storage: PartStorage) {
    this.key = key;
    this.#bucket = bucket;
    this.#storage = storage;
    this.#gathering = new Part(storage);
  }

  /** Bytes so far. */
  get size(): number {
    return this.#size;
  }

  /** The bytes are the caller's again when it resolves. Throws what sending an earlier part met. */
  async write(bytes: Uint8Array): Promise<void> {
    for (let rest = bytes; rest.length > 0; ) {
      this.#throwFailure();
      const room = partSize(this.#number) - this.#gathering.size;
      const taken = await this.#gather(rest.subarray(0, room));
      this.#size += taken;
      rest = rest.subarray(taken);
      if (taken === room) await this.#sendInParts();
    }
  }

  /** Sends the rest. */
  async finish(): Promise<void> {
    this.#throwFailure();
    if (this.#upload === undefined) {
      await this.#bucket.put(this.key, this.#gathering);
      return this.#gathering.release();
    }
    if (this.#gathering.size > 0) await this.#sendInParts();
    await this.#settled();
    this.#throwFailure();
    const upload = await this.#upload;
    await upload.complete(this.#sent.toSorted((one, other) => one.number - other.number));
    await this.#gathering.release();
  }

  /** Removes what has been sent. Where that fails too, it is found when stale uploads are removed. */
  async abort(): Promise<void> {
    await this.leave();
    await this.#upload?.then((upload) => upload.abort()).catch(() => undefined);
  }

  /** Gives up; the parts that S3 has stay there. */
  async leave(): Promise<void> {
    await this.#settled();
    await this.#gathering.release();
  }

  /** Returns how many bytes it took: what has no room in memory waits for parts that leave, or goes to the disk where none will. */
  async #gather(bytes: Uint8Array): Promise<number> {
    const taken = this.#gathering.gather(bytes);
    if (taken > 0) return taken;
    if (this.#inFlight.size > 0) {
      await Promise.race(this.#inFlight);
      return 0;
    }
    await this.#gathering.spool(bytes);
    return bytes.length;
  }

  /** Sends the part that has gathered, and begins the next one. */
  async #sendInParts(): Promise<void> {
    const part = this.#gathering;
    const number = this.#number++;
    this.#gathering = new Part(this.#storage);
    this.#upload ??= MultipartUpload.start(this.#bucket, this.key);
    const sending = this.#send(number, part).finally(() => this.#inFlight.delete(sending));
    this.#inFlight.add(sending);
    // The disk holds one part of each upload at most.
    if (this.#inFlight.size >= PARTS_IN_FLIGHT || part.isSpooled) await Promise.race(this.#inFlight);
  }

  async #send(number: number, part: Part): Promise<void> {
    try {
      const upload = await this.#upload;
      if (upload) this.#sent.push(await upload.put(number, part));
    } catch (error) {
      this.#failure ??= { error };
    } finally {
      await part.release();
    }
  }

  async #settled(): Promise<void> {
    await Promise.all(this.#inFlight);
  }

  #throwFailure(): void {
    if (this.#failure) throw this.#failure.error;
  }
}
