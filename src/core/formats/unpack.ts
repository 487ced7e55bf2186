import { DamagedFile } from "./io/problems.ts";
import type { MeteredFile } from "./io/random-access.ts";
import type { Inflate } from "./source.ts";

/** Bytes that are unpacked in memory, before and after. */
const MOST_PACKED_BYTES = 4 * 1024 * 1024;
const MOST_UNPACKED_BYTES = 16 * 1024 * 1024;

interface Packing {
  wrapping: "raw" | "zlib" | "gzip";
  /** Bytes that it says to become, where it says so. */
  size?: number;
  inflate: Inflate | undefined;
}

/** What `packed` holds, as a file; undefined where that is too large. Throws `DamagedFile` where it cannot be unpacked. */
export async function unpack(
  packed: MeteredFile,
  { wrapping, size, inflate }: Packing,
): Promise<MeteredFile | undefined> {
  if (inflate === undefined || packed.size > MOST_PACKED_BYTES || (size ?? 0) > MOST_UNPACKED_BYTES) return undefined;
  const bytes = await packed.read(0, packed.size);
  const unpacked = await inflate(bytes, wrapping, MOST_UNPACKED_BYTES);
  if (unpacked === "too large") return undefined;
  if (unpacked === "damaged") throw new DamagedFile("What is compressed in the file cannot be unpacked.");
  return packed.unpacked(unpacked);
}
