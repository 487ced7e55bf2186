import { ByteCursor } from "../io/byte-cursor.ts";
import { DamagedFile } from "../io/problems.ts";
import type { MeteredFile } from "../io/random-access.ts";
import type { Inflate } from "../source.ts";
import { unpack } from "../unpack.ts";
import type { ZipEntry } from "./directory.ts";

const LOCAL_HEADER = 0x04034b50;
const LOCAL_HEADER_BYTES = 30;

const STORED = 0;
const DEFLATED = 8;

/**
 * What an entry holds, as a file; undefined where it cannot be unpacked here: encrypted, packed in a rare way, or larger unpacked than
 * what is.
 */
export async function openEntry(
  archive: MeteredFile,
  entry: ZipEntry,
  inflate: Inflate | undefined,
): Promise<MeteredFile | undefined> {
  if (entry.encrypted) return undefined;
  const packed = await packedBytes(archive, entry);
  if (entry.method === STORED) return packed;
  if (entry.method !== DEFLATED) return undefined;
  const unpacked = await unpack(packed, { wrapping: "raw", size: entry.size, inflate });
  if (unpacked !== undefined && unpacked.size !== entry.size) {
    throw new DamagedFile(`The entry ${entry.name} has another size than the directory says.`);
  }
  return unpacked;
}

async function packedBytes(archive: MeteredFile, entry: ZipEntry): Promise<MeteredFile> {
  const cursor = new ByteCursor(archive, entry.offset);
  await cursor.need(LOCAL_HEADER_BYTES);
  if (cursor.u32() !== LOCAL_HEADER) throw new DamagedFile(`The entry ${entry.name} is not where the directory says.`);
  cursor.skip(22);
  const start = entry.offset + LOCAL_HEADER_BYTES + cursor.u16() + cursor.u16();
  return archive.part(start, start + entry.compressedSize);
}
