import type { ByteCursor } from "./io/byte-cursor.ts";
import { DamagedFile, LimitReached } from "./io/problems.ts";

/** A tag and a length: two numbers of at most ten bytes. */
const LONGEST_FIELD_HEAD = 20;

/** Longer texts are passed over. */
const LONGEST_TEXT = 4096;

/** Fields of one file that are passed: the largest graphs have some hundred thousand nodes and weights. About a second. */
const MOST_FIELDS = 2_000_000;

export interface Field {
  number: number;
  /** Of a number field: its value, inexact beyond 2^53. Of bytes and messages: their length. */
  value: number;
  /** Whether it has bytes: a text, a message or packed numbers. */
  hasBytes: boolean;
}

/**
 * The fields of one protobuf message, in order; see "Encoding" of Protocol Buffers. Fields that nobody reads are passed over, and
 * messages inside of it are read by a reader of their own from the same cursor, before the next field.
 */
export class MessageReader {
  readonly #cursor: ByteCursor;
  readonly #end: number;
  /** Where the field that was last given out ends. */
  #fieldEnd: number;

  /** Passed so far, by all readers of the file. */
  readonly #passed: { fields: number };

  constructor(cursor: ByteCursor, length: number, passed = { fields: 0 }) {
    this.#cursor = cursor;
    this.#passed = passed;
    if (length > cursor.remaining) throw new DamagedFile("A message reaches past the end of the file.");
    this.#end = cursor.position + length;
    this.#fieldEnd = cursor.position;
  }

  async *fields(): AsyncGenerator<Field> {
    for (let field = await this.#next(); field !== undefined; field = await this.#next()) yield field;
  }

  /** The message in the field that was last given out. */
  message({ value }: Field): MessageReader {
    return new MessageReader(this.#cursor, value, this.#passed);
  }

  /** The text in the field that was last given out, or undefined where it is too long. */
  async text({ value, hasBytes }: Field): Promise<string | undefined> {
    if (!hasBytes || value > LONGEST_TEXT) return undefined;
    await this.#cursor.need(value);
    return new TextDecoder().decode(this.#cursor.take(value));
  }

  /** The numbers in the field that was last given out, packed or one by one; at most `LONGEST_TEXT` bytes of them. */
  async numbers(field: Field): Promise<number[]> {
    if (!field.hasBytes) return [field.value];
    if (field.value > LONGEST_TEXT) return [];
    await this.#cursor.need(field.value);
    const numbers: number[] = [];
    while (this.#cursor.position < this.#fieldEnd) numbers.push(this.#varint());
    return numbers;
  }

  async #next(): Promise<Field | undefined> {
    const cursor = this.#cursor;
    if (cursor.position > this.#fieldEnd) throw new DamagedFile("A number reaches past the end of its field.");
    cursor.skip(this.#fieldEnd - cursor.position);
    if (cursor.position >= this.#end) return undefined;
    if (++this.#passed.fields > MOST_FIELDS) throw new LimitReached(`There are more than ${MOST_FIELDS} fields.`);
    if (cursor.buffered < LONGEST_FIELD_HEAD) await cursor.prefetch(LONGEST_FIELD_HEAD);
    const tag = this.#varint();
    const field = this.#field(Math.floor(tag / 8), tag % 8);
    this.#fieldEnd = cursor.position + (field.hasBytes ? field.value : 0);
    if (this.#fieldEnd > this.#end) throw new DamagedFile("A field reaches past the end of its message.");
    return field;
  }

  #field(number: number, wireType: number): Field {
    if (number === 0) throw new DamagedFile("A field has the number 0.");
    if (wireType === 0) return { number, value: this.#varint(), hasBytes: false };
    if (wireType === 2) return { number, value: this.#varint(), hasBytes: true };
    if (wireType === 1) return { number, value: this.#fixed(8), hasBytes: false };
    if (wireType === 5) return { number, value: this.#fixed(4), hasBytes: false };
    throw new DamagedFile(`A field is written in the way ${wireType}, which is not read.`);
  }

  #fixed(bytes: number): number {
    if (this.#cursor.buffered < bytes) throw new DamagedFile("The file ends in the middle of a number.");
    return bytes === 8 ? this.#cursor.u64() : this.#cursor.u32();
  }

  #varint(): number {
    let value = 0;
    for (let shift = 1, count = 0; count < 10; shift *= 128, count++) {
      if (this.#cursor.buffered === 0) throw new DamagedFile("The file ends in the middle of a number.");
      const byte = this.#cursor.u8();
      value += (byte & 0x7f) * shift;
      if (byte < 0x80) return value;
    }
    throw new DamagedFile("A number is too long.");
  }
}
