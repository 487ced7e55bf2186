import { CoreError } from "../../../core/errors.ts";
import { CHECKSUM, FIELDS, type Field, tarChecksum } from "./tar-format.ts";

const EMPTY = Buffer.alloc(0);
const SLASH = Buffer.from("/");

/** What a header says of the entry behind it. */
export interface TarHeader {
  /** In UTF-8, unless a longer one in a header before it has been cut. */
  name: Buffer;
  /** Bytes behind the header. */
  size: number;
  /** One character; see POSIX. */
  type: string;
}

/** An archive that breaks the format, or holds what can't be kept; `reason` goes on from "Invalid archive: ". */
export function invalidArchive(reason: string): CoreError {
  return new CoreError("invalidValue", { field: "body", reason: `Invalid archive: ${reason}` });
}

/** One block, of ustar, GNU's or the oldest format. Throws `invalidValue`. */
export function parseTarHeader(block: Buffer): TarHeader {
  if (parseOctal(readField(block, CHECKSUM)) !== tarChecksum(block)) {
    throw invalidArchive("a header in it is damaged, or it is no tar. Send an archive as `tar -cf` makes it.");
  }
  const name = upToNul(readField(block, FIELDS.name));
  const prefix = isPosix(block) ? upToNul(readField(block, FIELDS.prefix)) : EMPTY;
  return {
    name: prefix.length === 0 ? name : Buffer.concat([prefix, SLASH, name]),
    size: parseNumber(block, FIELDS.size),
    type: String.fromCharCode(block[FIELDS.type.start] ?? 0),
  };
}

/** The records `length key=value\n` of an extended header. Throws `invalidValue`. */
export function parsePaxRecords(content: Buffer): Map<string, Buffer> {
  const records = new Map<string, Buffer>();
  for (let start = 0; start < content.length; ) {
    const space = content.indexOf(" ", start);
    const length = /^[1-9]\d{0,9}$/.test(content.toString("latin1", start, space))
      ? Number(content.toString("latin1", start, space))
      : 0;
    const record = content.subarray(space + 1, start + length);
    const equals = record.indexOf("=");
    if (start + length > content.length || equals < 1 || record.at(-1) !== 0x0a) {
      throw invalidArchive("an extended header in it can't be understood.");
    }
    records.set(record.toString("latin1", 0, equals), record.subarray(equals + 1, -1));
    start += length;
  }
  return records;
}

/** Decimal digits. Throws `invalidValue`. */
export function parseSizeRecord(value: Buffer): number {
  const text = value.toString("latin1");
  const size = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isSafeInteger(size)) throw invalidArchive("the size of an entry can't be understood.");
  return size;
}

/** A name, up to the first NUL. Throws `invalidValue` where it is not UTF-8. */
export function decodeName(bytes: Buffer): string {
  const name = upToNul(bytes);
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(name);
  } catch {
    throw invalidArchive(`the name '${name.toString("latin1")}' in it is not UTF-8.`);
  }
}

function upToNul(bytes: Buffer): Buffer {
  const end = bytes.indexOf(0);
  return end < 0 ? bytes : bytes.subarray(0, end);
}

function readField(block: Buffer, { start, length }: Field): Buffer {
  return block.subarray(start, start + length);
}

/** GNU's own format has other things where ustar has the prefix. */
function isPosix(block: Buffer): boolean {
  return block.toString("latin1", FIELDS.magic.start, FIELDS.magic.start + 6) === "ustar\0";
}

/** Octal digits; or, as GNU writes what is too large for them, a binary number behind the byte 0x80. */
function parseNumber(block: Buffer, place: Field): number {
  const field = readField(block, place);
  if (field[0] === 0x80) return parseBinary(field.subarray(1));
  const number = parseOctal(field);
  if (number === undefined) throw invalidArchive("a number in a header of it can't be understood.");
  return number;
}

/** Spaces may stand before the digits, spaces and NULs behind them; no digits are a zero. */
function parseOctal(field: Buffer): number | undefined {
  const [, digits] = /^ *([0-7]*)[\0 ]*$/.exec(field.toString("latin1")) ?? [];
  return digits === undefined ? undefined : Number(`0o0${digits}`);
}

function parseBinary(bytes: Buffer): number {
  const number = BigInt(`0x${bytes.toString("hex")}`);
  if (number > BigInt(Number.MAX_SAFE_INTEGER)) throw invalidArchive("a number in a header of it is too large.");
  return Number(number);
}
