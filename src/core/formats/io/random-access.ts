import { DamagedFile, LimitReached } from "./problems.ts";

/** A file of which any part can be read. */
export interface RandomAccess {
  /** Bytes. */
  readonly size: number;
  /** The bytes from `start`, included, to `end`, excluded; 0 <= start < end <= size. */
  read(start: number, end: number): Promise<Uint8Array>;
}

/** Reads of one file: each may be a request to an object store. A model of a thousand tensors takes a few dozen. */
const MOST_READS = 4096;

/** Bytes read of one file, in all: less than a second of disk. What describes a model is far smaller; its weights are skipped. */
const MOST_BYTES = 64 * 1024 * 1024;

/** Bytes of one read. Larger parts come in several, so that memory stays flat. */
const MOST_BYTES_AT_ONCE = 8 * 1024 * 1024;

/** What all parts of a file share. */
interface Meter {
  reads: number;
  bytes: number;
  pause: (() => Promise<void>) | undefined;
}

/**
 * A file, or a part of one, that is read within limits whatever it says about itself. Reading outside of it is `DamagedFile`: some
 * length or offset in it lies. Going past a limit is `LimitReached`. Parts share the limits of the file that they are of.
 */
export class MeteredFile implements RandomAccess {
  readonly size: number;
  readonly #file: RandomAccess;
  readonly #offset: number;
  readonly #meter: Meter;

  private constructor(file: RandomAccess, { start, end }: { start: number; end: number }, meter: Meter) {
    this.#file = file;
    this.#offset = start;
    this.size = end - start;
    this.#meter = meter;
  }

  /** `pause` is awaited before each read. */
  static over(file: RandomAccess, pause?: () => Promise<void>): MeteredFile {
    return new MeteredFile(file, { start: 0, end: file.size }, { reads: 0, bytes: 0, pause });
  }

  async read(start: number, end: number): Promise<Uint8Array> {
    this.#requireInside(start, end);
    if (start === end) return new Uint8Array(0);
    this.#spend(end - start);
    await this.#meter.pause?.();
    const bytes = await this.#file.read(this.#offset + start, this.#offset + end);
    if (bytes.length !== end - start) throw new DamagedFile("The file is shorter than its size says.");
    return bytes;
  }

  /** The first bytes, at most `length`. */
  head(length: number): Promise<Uint8Array> {
    return this.read(0, Math.min(length, this.size));
  }

  /** A part of this file as a file. */
  part(start: number, end: number): MeteredFile {
    this.#requireInside(start, end);
    return new MeteredFile(this.#file, { start: this.#offset + start, end: this.#offset + end }, this.#meter);
  }

  /** Bytes that were inside this file in another form, as a file that shares its limits. */
  unpacked(bytes: Uint8Array): MeteredFile {
    const file = { size: bytes.length, read: async (start: number, end: number) => bytes.subarray(start, end) };
    return new MeteredFile(file, { start: 0, end: bytes.length }, this.#meter);
  }

  #requireInside(start: number, end: number): void {
    const inside =
      Number.isSafeInteger(start) && Number.isSafeInteger(end) && 0 <= start && start <= end && end <= this.size;
    if (!inside) throw new DamagedFile(`Bytes ${start} to ${end} are named, but there are ${this.size}.`);
  }

  #spend(bytes: number): void {
    if (bytes > MOST_BYTES_AT_ONCE)
      throw new LimitReached(`A part of ${bytes} bytes is larger than what is read at once.`);
    this.#meter.reads++;
    this.#meter.bytes += bytes;
    if (this.#meter.reads > MOST_READS) throw new LimitReached(`There is more to read than ${MOST_READS} reads reach.`);
    if (this.#meter.bytes > MOST_BYTES) throw new LimitReached(`There are more than ${MOST_BYTES} bytes to read.`);
  }
}
