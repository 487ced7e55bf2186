import type { ByteRange } from "../../../core/ports/blob-store.ts";
import { type ArchiveFile, readSections, type Section, sectionSize } from "./sections.ts";
import { BLOCK_SIZE, CHECKSUM, FIELDS, LARGEST_OCTAL_SIZE, tarChecksum } from "./tar-format.ts";

/** Two empty blocks end an archive. */
const END = Buffer.alloc(2 * BLOCK_SIZE);

/** Readable by all, as a file of an archive that was made of a folder with the usual rights. */
const MODE = 0o644;

/** Size of the archive, in bytes. */
export function tarSize(files: Iterable<ArchiveFile>): number {
  let size = 0;
  for (const section of tarSections(files)) size += sectionSize(section);
  return size;
}

/**
 * A tar archive (POSIX.1-2001, pax) of the files, or a part of it. The same files give the same bytes. Fails where a file does: what
 * came before it is no archive then, and the reader must not be told that it is whole.
 */
export function writeTar(
  files: Iterable<ArchiveFile>,
  range: ByteRange = { start: 0, end: Number.POSITIVE_INFINITY },
): AsyncGenerator<Uint8Array, void, undefined> {
  return readSections(tarSections(files), range);
}

function* tarSections(files: Iterable<ArchiveFile>): Generator<Section, void, undefined> {
  for (const file of files) {
    yield fileHeader(file);
    yield file;
    yield padding(file.size);
  }
  yield END;
}

/** What the plain header can't hold, or not every reader takes from it, stands in records before it. */
function fileHeader({ path, size, lastUpdateTime }: ArchiveFile): Buffer {
  const modificationTime = Math.floor(lastUpdateTime / 1000);
  const bytes = Buffer.from(path);
  const name = splitName(bytes);
  const isPlainSize = size <= LARGEST_OCTAL_SIZE;
  const records = [
    ...(name === undefined || bytes.length > path.length ? [paxRecord("path", path)] : []),
    ...(isPlainSize ? [] : [paxRecord("size", String(size))]),
  ];
  const shortened = { name: bytes.subarray(-FIELDS.name.length), prefix: NOTHING };
  const header = makeHeader(name ?? shortened, isPlainSize ? size : 0, modificationTime, "0");
  if (records.length === 0) return header;
  const content = Buffer.from(records.join(""));
  const before = makeHeader(RECORDS_NAME, content.length, modificationTime, "x");
  return Buffer.concat([before, content, padding(content.length), header]);
}

interface HeaderName {
  name: Uint8Array;
  prefix: Uint8Array;
}

const NOTHING = Buffer.alloc(0);
const RECORDS_NAME: HeaderName = { name: Buffer.from("PaxHeaders/file"), prefix: NOTHING };

/** A longer path goes into two fields, between which a slash is thought. Undefined where it doesn't fit. */
function splitName(path: Buffer): HeaderName | undefined {
  const { name, prefix } = FIELDS;
  if (path.length <= name.length) return { name: path, prefix: NOTHING };
  const slash = path.indexOf("/", path.length - name.length - 1);
  if (slash < 0 || slash > prefix.length) return undefined;
  return { name: path.subarray(slash + 1), prefix: path.subarray(0, slash) };
}

function makeHeader({ name, prefix }: HeaderName, size: number, modificationTime: number, type: string): Buffer {
  const header = Buffer.alloc(BLOCK_SIZE);
  const put = (field: keyof typeof FIELDS, value: string) => header.write(value, FIELDS[field].start, "latin1");
  const putNumber = (field: keyof typeof FIELDS, value: number) =>
    put(field, value.toString(8).padStart(FIELDS[field].length - 1, "0"));
  header.set(name, FIELDS.name.start);
  header.set(prefix, FIELDS.prefix.start);
  putNumber("mode", MODE);
  putNumber("userId", 0);
  putNumber("groupId", 0);
  putNumber("size", size);
  putNumber("modificationTime", modificationTime);
  put("type", type);
  put("magic", "ustar\u000000");
  // Six digits, a NUL and a space, as everybody writes it.
  header.write(`${tarChecksum(header).toString(8).padStart(6, "0")}\0 `, CHECKSUM.start, "latin1");
  return header;
}

/** `length key=value\n`, where the length counts its own digits. */
function paxRecord(key: string, value: string): string {
  const rest = Buffer.byteLength(` ${key}=${value}\n`);
  const guess = rest + String(rest).length;
  // The digits themselves may make the number longer by one.
  const length = rest + String(guess).length;
  return `${length} ${key}=${value}\n`;
}

function padding(size: number): Buffer {
  return END.subarray(0, (BLOCK_SIZE - (size % BLOCK_SIZE)) % BLOCK_SIZE);
}
