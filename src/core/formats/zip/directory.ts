import { ByteCursor } from "../io/byte-cursor.ts";
import { DamagedFile, LimitReached } from "../io/problems.ts";
import type { MeteredFile } from "../io/random-access.ts";

export interface ZipEntry {
  name: string;
  /** 0 is stored, 8 is deflated. */
  method: number;
  encrypted: boolean;
  /** Bytes in the archive, and unpacked. */
  compressedSize: number;
  size: number;
  /** Where its own header is. */
  offset: number;
}

/** Entries of one archive: PyTorch's have one for each tensor. */
const MOST_ENTRIES = 65_536;

/** Bytes of a name that are kept. */
const LONGEST_NAME = 1024;

const END = 0x06054b50;
const END_BYTES = 22;
const LONGEST_COMMENT = 0xffff;
const ZIP64_LOCATOR = 0x07064b50;
const ZIP64_LOCATOR_BYTES = 20;
const ZIP64_END = 0x06064b50;
const ZIP64_END_BYTES = 56;
const ENTRY = 0x02014b50;
const ENTRY_BYTES = 46;
const IN_ZIP64 = 0xffffffff;
const ZIP64_EXTRA = 1;
const ENCRYPTED = 1;

/** The entries that the central directory at the end lists; see APPNOTE.TXT of PKWARE. */
export async function readZipDirectory(file: MeteredFile): Promise<ZipEntry[]> {
  const { start, size, entries, shift } = await findDirectory(file);
  if (entries > MOST_ENTRIES) throw new LimitReached(`The archive has ${entries} entries, more than are read.`);
  const cursor = new ByteCursor(file.part(start, start + size));
  const found: ZipEntry[] = [];
  for (let count = 0; count < entries; count++) {
    const entry = await readEntry(cursor);
    found.push({ ...entry, offset: entry.offset + shift });
  }
  return found;
}

interface Directory {
  start: number;
  size: number;
  entries: number;
  /** How far all offsets are off, because something stands before the archive. */
  shift: number;
}

async function findDirectory(file: MeteredFile): Promise<Directory> {
  const tailStart = Math.max(0, file.size - END_BYTES - LONGEST_COMMENT);
  const tail = await file.read(tailStart, file.size);
  const view = new DataView(tail.buffer, tail.byteOffset, tail.length);
  for (let index = tail.length - END_BYTES; index >= 0; index--) {
    if (view.getUint32(index, true) !== END) continue;
    if (view.getUint16(index + 20, true) !== tail.length - index - END_BYTES) continue;
    return directoryAt(file, tailStart + index, {
      entries: view.getUint16(index + 10, true),
      size: view.getUint32(index + 12, true),
      offset: view.getUint32(index + 16, true),
    });
  }
  throw new DamagedFile("The archive has no directory at its end.");
}

async function directoryAt(
  file: MeteredFile,
  end: number,
  { entries, size, offset }: { entries: number; size: number; offset: number },
): Promise<Directory> {
  const large = end >= ZIP64_LOCATOR_BYTES ? await zip64Directory(file, end - ZIP64_LOCATOR_BYTES) : undefined;
  if (large !== undefined) return { ...large, shift: 0 };
  const shift = end - size - offset;
  if (shift < 0) throw new DamagedFile("The archive's directory reaches past its end.");
  return { start: offset + shift, size, entries, shift };
}

async function zip64Directory(file: MeteredFile, locator: number) {
  const cursor = new ByteCursor(file.part(locator, locator + ZIP64_LOCATOR_BYTES));
  await cursor.need(ZIP64_LOCATOR_BYTES);
  if (cursor.u32() !== ZIP64_LOCATOR) return undefined;
  cursor.skip(4);
  const position = cursor.u64();
  const end = new ByteCursor(file.part(position, position + ZIP64_END_BYTES));
  await end.need(ZIP64_END_BYTES);
  if (end.u32() !== ZIP64_END) throw new DamagedFile("The archive's large directory is not where its locator says.");
  end.skip(28);
  const entries = end.u64();
  const size = end.u64();
  return { entries, size, start: end.u64() };
}

async function readEntry(cursor: ByteCursor): Promise<ZipEntry> {
  await cursor.need(ENTRY_BYTES);
  if (cursor.u32() !== ENTRY) throw new DamagedFile("The archive's directory has fewer entries than it says.");
  cursor.skip(4);
  const encrypted = (cursor.u16() & ENCRYPTED) !== 0;
  const method = cursor.u16();
  cursor.skip(8);
  const compressedSize = cursor.u32();
  const size = cursor.u32();
  const nameLength = cursor.u16();
  const extraLength = cursor.u16();
  const commentLength = cursor.u16();
  cursor.skip(8);
  const offset = cursor.u32();
  await cursor.need(nameLength + extraLength);
  const name = new TextDecoder().decode(cursor.take(nameLength).subarray(0, LONGEST_NAME));
  const sizes = inZip64({ size, compressedSize, offset }, cursor.take(extraLength));
  cursor.skip(commentLength);
  return { name, method, encrypted, ...sizes };
}

type Sizes = Pick<ZipEntry, "size" | "compressedSize" | "offset">;

/** Each number that does not fit into 32 bits stands in the extra field, in this order. */
function inZip64(sizes: Sizes, extra: Uint8Array): Sizes {
  const large = zip64Numbers(extra);
  const of = (value: number) => (value === IN_ZIP64 ? (large.shift() ?? value) : value);
  return { size: of(sizes.size), compressedSize: of(sizes.compressedSize), offset: of(sizes.offset) };
}

function zip64Numbers(extra: Uint8Array): number[] {
  const view = new DataView(extra.buffer, extra.byteOffset, extra.length);
  for (let index = 0; index + 4 <= extra.length; ) {
    const length = Math.min(view.getUint16(index + 2, true), extra.length - index - 4);
    if (view.getUint16(index, true) === ZIP64_EXTRA) {
      return Array.from({ length: Math.floor(length / 8) }, (_, place) =>
        Number(view.getBigUint64(index + 4 + place * 8, true)),
      );
    }
    index += 4 + length;
  }
  return [];
}
