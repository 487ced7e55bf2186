import { CoreError } from "../../core/errors.ts";
import type { ByteSource } from "../../core/ports/blob-store.ts";
import { ByteReader } from "./byte-reader.ts";
import { type FormHeaders, invalidForm, parseBoundary, parsePartHeaders } from "./multipart-headers.ts";

/** One field of a form, or one file. */
export interface FormPart extends FormHeaders {
  /** Its bytes, once. Each piece is valid until the next one is asked for. */
  bytes: AsyncIterable<Uint8Array>;
}

/** How much a form may hold; how large its parts may be is for the reader of each to say. */
export interface FormLimits {
  parts: number;
  /** Headers of one part, in bytes. */
  headerBytes: number;
}

const DEFAULT_LIMITS: FormLimits = { parts: 1000, headerBytes: 16 * 1024 };

const CARRIAGE_RETURN = 0x0d;
const LINE_BREAK = Buffer.from("\r\n");
const DASHES = Buffer.from("--");

/**
 * The parts of a `multipart/form-data` body (RFC 7578) in their order, each as a stream: nothing is read ahead, and memory is constant.
 * What is left of a part when the next one is asked for is skipped. Throws `invalidValue` of the field `body` where the body breaks the
 * format or ends too early, `tooLarge` past a limit, and what `body` itself throws.
 */
export async function* readForm(
  contentType: string | undefined,
  body: ByteSource,
  limits: FormLimits = DEFAULT_LIMITS,
): AsyncGenerator<FormPart, void, undefined> {
  const delimiter = Buffer.from(`\r\n--${parseBoundary(contentType)}`);
  const reader = new ByteReader(afterLineBreak(body));
  try {
    await skipPreamble(reader, delimiter, limits.headerBytes);
    for (let parts = 0; !(await isEndOfForm(reader)); parts++) {
      if (parts === limits.parts)
        throw new CoreError("tooLarge", { what: "The form", limit: limits.parts, unit: "items" });
      const headers = parsePartHeaders(await readHeaderLines(reader, limits.headerBytes));
      const content = new PartContent(reader, delimiter, `within the part '${headers.name}'`);
      yield { ...headers, bytes: content.pieces() };
      await content.skip();
    }
  } finally {
    await reader.close();
  }
}

/** A part as text in UTF-8. Throws `invalidValue` where it is not that, and `tooLarge` past `maximumSize` bytes. */
export async function readTextPart(part: FormPart, maximumSize: number): Promise<string> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of part.bytes) {
    size += piece.length;
    if (size > maximumSize) {
      throw new CoreError("tooLarge", { what: `The form field '${part.name}'`, limit: maximumSize, unit: "bytes" });
    }
    pieces.push(Buffer.from(piece));
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(Buffer.concat(pieces));
  } catch {
    throw new CoreError("invalidValue", {
      field: part.name,
      reason: `The form field '${part.name}' is not UTF-8 text.`,
    });
  }
}

/** Every delimiter begins with a line break; only the first may stand at the very beginning. */
async function* afterLineBreak(body: ByteSource): AsyncGenerator<Uint8Array, void, undefined> {
  yield LINE_BREAK;
  yield* body;
}

/** What a part holds: the bytes up to the next delimiter. */
class PartContent {
  readonly #reader: ByteReader;
  readonly #delimiter: Buffer;
  readonly #place: string;
  #ended = false;

  constructor(reader: ByteReader, delimiter: Buffer, place: string) {
    this.#reader = reader;
    this.#delimiter = delimiter;
    this.#place = place;
  }

  /** The next bytes; undefined when the delimiter has been taken. */
  async next(): Promise<Buffer | undefined> {
    while (!this.#ended) {
      const { unread } = this.#reader;
      const delimiterStart = unread.indexOf(this.#delimiter);
      if (delimiterStart === 0) {
        this.#reader.take(this.#delimiter.length);
        this.#ended = true;
        return undefined;
      }
      const end = delimiterStart > 0 ? delimiterStart : unread.length - lengthOfBeginning(unread, this.#delimiter);
      if (end > 0) return this.#reader.take(end);
      if (!(await this.#reader.more())) throw truncated(this.#place);
    }
    return undefined;
  }

  async *pieces(): AsyncGenerator<Uint8Array, void, undefined> {
    for (let piece = await this.next(); piece !== undefined; piece = await this.next()) yield piece;
  }

  async skip(): Promise<void> {
    while ((await this.next()) !== undefined);
  }
}

/** How many of the last bytes may be the beginning of the delimiter, which has one carriage return: its first byte. */
function lengthOfBeginning(bytes: Buffer, delimiter: Buffer): number {
  const start = bytes.lastIndexOf(CARRIAGE_RETURN);
  const length = bytes.length - start;
  if (start < 0 || length >= delimiter.length) return 0;
  return bytes.subarray(start).equals(delimiter.subarray(0, length)) ? length : 0;
}

async function skipPreamble(reader: ByteReader, delimiter: Buffer, limit: number): Promise<void> {
  const preamble = new PartContent(reader, delimiter, "before its first part");
  let skipped = 0;
  for await (const piece of preamble.pieces()) {
    skipped += piece.length;
    if (skipped > limit) {
      throw invalidForm(
        "it does not begin with the boundary that the header Content-Type names. Send the body's own one.",
      );
    }
  }
}

/** Reads the rest of the delimiter's line. */
async function isEndOfForm(reader: ByteReader): Promise<boolean> {
  if (!(await reader.has(DASHES.length))) throw truncated("after a boundary");
  if (reader.unread.subarray(0, DASHES.length).equals(DASHES)) return true;
  const padding = await readLine(reader, DEFAULT_LIMITS.headerBytes);
  if (padding.trim() !== "") throw invalidForm("a line begins with the boundary and goes on with something else.");
  return false;
}

async function readHeaderLines(reader: ByteReader, limit: number): Promise<string[]> {
  const lines: string[] = [];
  for (let left = limit; ; ) {
    const line = await readLine(reader, left);
    if (line === "") return lines;
    lines.push(line);
    left -= Buffer.byteLength(line) + LINE_BREAK.length;
  }
}

/** Without its line break. */
async function readLine(reader: ByteReader, limit: number): Promise<string> {
  for (;;) {
    const end = reader.unread.indexOf(LINE_BREAK);
    if (end > limit || (end < 0 && reader.unread.length > limit)) throw invalidForm("a part has too many headers.");
    if (end >= 0) {
      const line = decodeHeader(reader.take(end));
      reader.take(LINE_BREAK.length);
      return line;
    }
    if (!(await reader.more())) throw truncated("within the headers of a part");
  }
}

function decodeHeader(bytes: Buffer): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw invalidForm("a header of a part is not UTF-8.");
  }
}

function truncated(place: string): CoreError {
  return invalidForm(`it ends ${place}, before the closing boundary. Send the whole body.`);
}
