import { crc32 } from "node:zlib";
import { type ArchiveFile, inBlocks, readFile } from "./sections.ts";
import {
  dataDescriptor,
  directoryHeader,
  endOfDirectory,
  localHeader,
  type WrittenEntry,
  type ZipEntry,
} from "./zip-format.ts";

/** Size of the archive, in bytes. */
export function zipSize(files: Iterable<ArchiveFile>): number {
  const entries: WrittenEntry[] = [];
  let offset = 0;
  for (const file of files) {
    const entry = toEntry(file);
    entries.push({ ...entry, offset, crc32: 0 });
    offset += localHeader(entry).length + file.size + dataDescriptor(file.size, 0).length;
  }
  for (const block of directory(entries, offset)) offset += block.length;
  return offset;
}

/**
 * A zip archive of the files, stored as they are: weights hardly compress. The same files give the same bytes. Their checksums are known
 * when they have been read, so a part of the archive can't be given alone. Fails where a file does: what came before it is no archive
 * then, and the reader must not be told that it is whole.
 */
export function writeZip(files: Iterable<ArchiveFile>): AsyncGenerator<Uint8Array, void, undefined> {
  return inBlocks(zipPieces(files));
}

async function* zipPieces(files: Iterable<ArchiveFile>): AsyncGenerator<Uint8Array, void, undefined> {
  const entries: WrittenEntry[] = [];
  let offset = 0;
  for (const file of files) {
    const entry = toEntry(file);
    const header = localHeader(entry);
    yield header;
    let checksum = 0;
    for await (const piece of readFile(file, { start: 0, end: file.size })) {
      checksum = crc32(piece, checksum);
      yield piece;
    }
    const descriptor = dataDescriptor(file.size, checksum);
    yield descriptor;
    entries.push({ ...entry, offset, crc32: checksum });
    offset += header.length + file.size + descriptor.length;
  }
  yield* directory(entries, offset);
}

function* directory(entries: readonly WrittenEntry[], offset: number): Generator<Uint8Array, void, undefined> {
  let size = 0;
  for (const entry of entries) {
    const header = directoryHeader(entry);
    yield header;
    size += header.length;
  }
  yield endOfDirectory(entries.length, offset, size);
}

function toEntry({ path, size, lastUpdateTime }: ArchiveFile): ZipEntry {
  return { name: Buffer.from(path), size, lastUpdateTime };
}
