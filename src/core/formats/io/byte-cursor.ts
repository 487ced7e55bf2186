import { DamagedFile, LimitReached } from "./problems.ts";
import type { MeteredFile } from "./random-access.ts";

/**
 * After a jump, in bytes: enough for a few fields, cheap where the next jump follows. Doubles while reading goes straight on, up to what
 * is parsed in a few milliseconds, so that others have their turn.
 */
const FIRST_READ = 4096;
const LARGEST_READ = 32 * 1024;

/** Bytes that one value may have for it to be taken as a whole. */
const MOST_BYTES_OF_VALUE = 1024 * 1024;

const EMPTY = new Uint8Array(0);

/**
 * Reads a file from one place onwards. `need` brings bytes, which the methods without a promise then take; numbers are little-endian
 * unless `bigEndian` is set.
 */
export class ByteCursor {
  bigEndian = false;
  readonly #file: MeteredFile;
  #buffer = EMPTY;
  #view = new DataView(EMPTY.buffer);
  /** Of the buffer's first byte in the file. */
  #start: number;
  #index = 0;
  #nextRead = FIRST_READ;

  constructor(file: MeteredFile, position = 0) {
    this.#file = file;
    this.#start = position;
  }

  get position(): number {
    return this.#start + this.#index;
  }

  /** Bytes up to the file's end. */
  get remaining(): number {
    return this.#file.size - this.position;
  }

  /** Bytes that can be taken now. */
  get buffered(): number {
    return this.#buffer.length - this.#index;
  }

  /** Makes `count` bytes ready, or all that are left where these are fewer. Returns how many are ready. */
  async prefetch(count: number): Promise<number> {
    if (this.buffered < count && this.remaining > this.buffered) await this.#refill(count);
    return this.buffered;
  }

  /** Makes `count` bytes ready. Throws `DamagedFile` where the file ends before. */
  async need(count: number): Promise<void> {
    if (this.buffered >= count) return;
    if (count > this.remaining)
      throw new DamagedFile(`The file ends at byte ${this.#file.size}, in the middle of a value.`);
    await this.#refill(count);
  }

  /** Goes `count` bytes on without reading them, at most to the file's end; `DamagedFile` beyond. */
  skip(count: number): void {
    if (count > this.remaining) {
      throw new DamagedFile(`A value of ${count} bytes at byte ${this.position} reaches past the end of the file.`);
    }
    if (count <= this.buffered) this.#index += count;
    else this.#jump(this.position + count);
  }

  /** The next `count` bytes, once `need` has brought them; gone when more are brought. */
  take(count: number): Uint8Array {
    const bytes = this.#buffer.subarray(this.#index, this.#index + count);
    this.#index += count;
    return bytes;
  }

  /** As `take`, without going on. */
  peek(count: number): Uint8Array {
    return this.#buffer.subarray(this.#index, this.#index + count);
  }

  /** How many bytes there are before the next `byte`, among those that are ready; -1 where it is not among them. */
  distanceTo(byte: number): number {
    const found = this.#buffer.indexOf(byte, this.#index);
    return found < 0 ? -1 : found - this.#index;
  }

  u8(): number {
    return this.#view.getUint8(this.#advance(1));
  }

  u16(): number {
    return this.#view.getUint16(this.#advance(2), !this.bigEndian);
  }

  u32(): number {
    return this.#view.getUint32(this.#advance(4), !this.bigEndian);
  }

  i32(): number {
    return this.#view.getInt32(this.#advance(4), !this.bigEndian);
  }

  f32(): number {
    return this.#view.getFloat32(this.#advance(4), !this.bigEndian);
  }

  f64(): number {
    return this.#view.getFloat64(this.#advance(8), !this.bigEndian);
  }

  /** Inexact beyond 2^53: as a length it is past the end of any file, as a fact it is close. */
  u64(): number {
    return Number(this.#view.getBigUint64(this.#advance(8), !this.bigEndian));
  }

  i64(): number {
    return Number(this.#view.getBigInt64(this.#advance(8), !this.bigEndian));
  }

  #advance(count: number): number {
    const index = this.#index;
    this.#index += count;
    return index;
  }

  #jump(position: number): void {
    this.#start = position;
    this.#index = 0;
    this.#buffer = EMPTY;
    this.#nextRead = FIRST_READ;
  }

  async #refill(count: number): Promise<void> {
    if (count > MOST_BYTES_OF_VALUE) throw new LimitReached(`A value has ${count} bytes, more than is looked at.`);
    const kept = this.#buffer.subarray(this.#index);
    const from = this.position + kept.length;
    const wanted = Math.max(count - kept.length, this.#nextRead);
    const added = await this.#file.read(from, Math.min(from + wanted, this.#file.size));
    this.#nextRead = Math.min(this.#nextRead * 2, LARGEST_READ);
    this.#start = this.position;
    this.#index = 0;
    this.#buffer = joined(kept, added);
    this.#view = new DataView(this.#buffer.buffer, this.#buffer.byteOffset, this.#buffer.length);
  }
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(first.length + second.length);
  bytes.set(first);
  bytes.set(second, first.length);
  return bytes;
}
