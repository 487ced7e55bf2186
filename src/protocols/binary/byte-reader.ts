import type { ByteSource } from "../../core/ports/blob-store.ts";

const NOTHING = Buffer.alloc(0);

/**
 * What a stream of bytes has brought and nobody has taken yet, for parsers that read formats in which lengths and marks tell what comes
 * next. It asks for a piece only when it is told to, and never holds more than one, with what was left of the one before.
 */
export class ByteReader {
  readonly #source: AsyncIterator<Uint8Array> | Iterator<Uint8Array>;
  #unread: Buffer = NOTHING;

  constructor(source: ByteSource) {
    this.#source = Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]();
  }

  /** Bytes that are here and not taken. They are valid until `more` is called. */
  get unread(): Buffer {
    return this.#unread;
  }

  /** Takes the first bytes of those that are here. They are valid until `more` is called. */
  take(length: number): Buffer {
    const taken = this.#unread.subarray(0, length);
    this.#unread = this.#unread.subarray(length);
    return taken;
  }

  /** Waits for another piece, and says whether there was one. What is unread is copied, so leave little. */
  async more(): Promise<boolean> {
    const kept = Uint8Array.from(this.#unread);
    const { done, value } = await this.#source.next();
    if (done) {
      this.#unread = Buffer.from(kept.buffer);
      return false;
    }
    const piece = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
    this.#unread = kept.length === 0 ? piece : Buffer.concat([kept, piece]);
    return true;
  }

  /** Waits until so many bytes are here, and says whether they are. */
  async has(length: number): Promise<boolean> {
    while (this.#unread.length < length) if (!(await this.more())) return false;
    return true;
  }

  /** All that is left. */
  async *rest(): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      do yield this.take(this.#unread.length);
      while (await this.more());
    } finally {
      await this.close();
    }
  }

  /** Ends the reading. */
  async close(): Promise<void> {
    await this.#source.return?.();
  }
}
