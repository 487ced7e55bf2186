/** What is written of a file in its own header and again in the directory at the end of the archive. */
export interface ZipEntry {
  name: Buffer;
  /** Bytes. */
  size: number;
  /** Milliseconds since 1970. */
  lastUpdateTime: number;
}

/** An entry that has been written. */
export interface WrittenEntry extends ZipEntry {
  /** Where its header begins. */
  offset: number;
  crc32: number;
}

/** In a field of four bytes: the number is in the field of eight bytes behind. */
const ELSEWHERE = 0xffffffff;
/** The same in a field of two bytes. */
const ELSEWHERE_SHORT = 0xffff;

/** Bit 3: the checksum follows the content. Bit 11: names are in UTF-8. */
const FLAGS = 0x0808;
const VERSION = 20;
const VERSION_WITH_64_BITS = 45;
const MADE_BY_UNIX = 3 << 8;
/** A plain file that all may read. */
const ATTRIBUTES = 0o100644 * 0x10000;

const EXTRA_64_BITS = 0x0001;
const EXTRA_TIMESTAMP = 0x5455;

/** Stands before the content; the sizes are known where they need 64 bits, as a reader must know how to read the checksum. */
export function localHeader(entry: ZipEntry): Buffer {
  const large = isLarge(entry.size);
  const extra = Buffer.concat([timestampExtra(entry), ...(large ? [extra64([0, 0])] : [])]);
  const sizeField = large ? ELSEWHERE : 0;
  const fields = Buffer.alloc(30);
  fields.writeUInt32LE(0x04034b50, 0);
  fields.writeUInt16LE(large ? VERSION_WITH_64_BITS : VERSION, 4);
  fields.writeUInt16LE(FLAGS, 6);
  fields.writeUInt32LE(dosTime(entry.lastUpdateTime), 10);
  fields.writeUInt32LE(sizeField, 18);
  fields.writeUInt32LE(sizeField, 22);
  fields.writeUInt16LE(entry.name.length, 26);
  fields.writeUInt16LE(extra.length, 28);
  return Buffer.concat([fields, entry.name, extra]);
}

/** Stands behind the content. */
export function dataDescriptor(size: number, crc32: number): Buffer {
  const large = isLarge(size);
  const fields = Buffer.alloc(large ? 24 : 16);
  fields.writeUInt32LE(0x08074b50, 0);
  fields.writeUInt32LE(crc32, 4);
  for (const position of large ? [8, 16] : [8, 12]) {
    if (large) fields.writeBigUInt64LE(BigInt(size), position);
    else fields.writeUInt32LE(size, position);
  }
  return fields;
}

/** The entry's line of the directory. */
export function directoryHeader(entry: WrittenEntry): Buffer {
  const large = isLarge(entry.size);
  const far = isLarge(entry.offset);
  const numbers = [...(large ? [entry.size, entry.size] : []), ...(far ? [entry.offset] : [])];
  const extra = Buffer.concat([timestampExtra(entry), ...(numbers.length > 0 ? [extra64(numbers)] : [])]);
  const fields = Buffer.alloc(46);
  fields.writeUInt32LE(0x02014b50, 0);
  fields.writeUInt16LE(MADE_BY_UNIX | VERSION_WITH_64_BITS, 4);
  fields.writeUInt16LE(numbers.length > 0 ? VERSION_WITH_64_BITS : VERSION, 6);
  fields.writeUInt16LE(FLAGS, 8);
  fields.writeUInt32LE(dosTime(entry.lastUpdateTime), 12);
  fields.writeUInt32LE(entry.crc32, 16);
  fields.writeUInt32LE(large ? ELSEWHERE : entry.size, 20);
  fields.writeUInt32LE(large ? ELSEWHERE : entry.size, 24);
  fields.writeUInt16LE(entry.name.length, 28);
  fields.writeUInt16LE(extra.length, 30);
  fields.writeUInt32LE(ATTRIBUTES, 38);
  fields.writeUInt32LE(far ? ELSEWHERE : entry.offset, 42);
  return Buffer.concat([fields, entry.name, extra]);
}

/** What ends the archive: how many entries the directory has, and its place and size in bytes. */
export function endOfDirectory(entries: number, offset: number, size: number): Buffer {
  const needs64Bits = entries >= ELSEWHERE_SHORT || isLarge(offset) || isLarge(size);
  const fields = Buffer.alloc(22);
  fields.writeUInt32LE(0x06054b50, 0);
  fields.writeUInt16LE(Math.min(entries, ELSEWHERE_SHORT), 8);
  fields.writeUInt16LE(Math.min(entries, ELSEWHERE_SHORT), 10);
  fields.writeUInt32LE(Math.min(size, ELSEWHERE), 12);
  fields.writeUInt32LE(Math.min(offset, ELSEWHERE), 16);
  return needs64Bits ? Buffer.concat([endOfDirectory64(entries, offset, size), fields]) : fields;
}

/** The same with numbers of 64 bits, and behind it where it begins. */
function endOfDirectory64(entries: number, offset: number, size: number): Buffer {
  const fields = Buffer.alloc(56 + 20);
  fields.writeUInt32LE(0x06064b50, 0);
  // Without these first two fields.
  fields.writeBigUInt64LE(56n - 12n, 4);
  fields.writeUInt16LE(MADE_BY_UNIX | VERSION_WITH_64_BITS, 12);
  fields.writeUInt16LE(VERSION_WITH_64_BITS, 14);
  fields.writeBigUInt64LE(BigInt(entries), 24);
  fields.writeBigUInt64LE(BigInt(entries), 32);
  fields.writeBigUInt64LE(BigInt(size), 40);
  fields.writeBigUInt64LE(BigInt(offset), 48);
  fields.writeUInt32LE(0x07064b50, 56);
  fields.writeBigUInt64LE(BigInt(offset + size), 64);
  fields.writeUInt32LE(1, 72);
  return fields;
}

function isLarge(number: number): boolean {
  return number >= ELSEWHERE;
}

function extra64(numbers: readonly number[]): Buffer {
  const fields = Buffer.alloc(4 + 8 * numbers.length);
  fields.writeUInt16LE(EXTRA_64_BITS, 0);
  fields.writeUInt16LE(8 * numbers.length, 2);
  for (const [index, number] of numbers.entries()) fields.writeBigUInt64LE(BigInt(number), 4 + 8 * index);
  return fields;
}

/** Seconds since 1970 in UTC, because the time of MS-DOS has no zone; readers that don't know it pass over it. */
function timestampExtra({ lastUpdateTime }: ZipEntry): Buffer {
  const fields = Buffer.alloc(9);
  fields.writeUInt16LE(EXTRA_TIMESTAMP, 0);
  fields.writeUInt16LE(5, 2);
  // Bit 0: there is a time of modification.
  fields.writeUInt8(1, 4);
  fields.writeUInt32LE(Math.floor(lastUpdateTime / 1000) >>> 0, 5);
  return fields;
}

/** The time of MS-DOS in its low two bytes, the date in the others: steps of two seconds, from 1980 to 2107. */
function dosTime(milliseconds: number): number {
  const date = new Date(Math.min(Math.max(milliseconds, Date.UTC(1980, 0)), Date.UTC(2107, 11, 31)));
  const time = (date.getUTCHours() << 11) | (date.getUTCMinutes() << 5) | (date.getUTCSeconds() >> 1);
  const day = ((date.getUTCFullYear() - 1980) << 9) | ((date.getUTCMonth() + 1) << 5) | date.getUTCDate();
  return day * 0x10000 + time;
}
