import type { Json } from "./facts.ts";
import { ByteCursor } from "./io/byte-cursor.ts";
import { DamagedFile, LimitReached } from "./io/problems.ts";
import { type Format, hasBytes } from "./source.ts";

const BLOCK = 512;

/** Entries that are walked over, each of which may take a read; the names of the first are shown. */
const MOST_ENTRIES = 1000;

/** A longer name, or set of attributes, is passed over. */
const LONGEST_NAME = 4096;

/** A tar archive, by the names of its entries; see POSIX `pax` and GNU tar. */
export const tar: Format = {
  name: "tar",
  recognises: ({ head }) => hasBytes(head, "ustar", 257),
  async read({ file }, facts) {
    const cursor = new ByteCursor(file);
    const entries: Json[] = [];
    facts.entries = entries;
    let longName: string | undefined;
    while (cursor.remaining >= BLOCK) {
      await cursor.need(BLOCK);
      const header = readHeader(cursor.take(BLOCK));
      if (header === undefined) return;
      if (entries.length === MOST_ENTRIES) throw new LimitReached(`There are more than ${MOST_ENTRIES} entries.`);
      const named = await nameInside(cursor, header);
      if (!NAMING_TYPES.includes(header.type)) entries.push(longName ?? header.name);
      longName = named ?? (NAMING_TYPES.includes(header.type) ? longName : undefined);
    }
  },
};

/** Entries that name the next one: of GNU, and of `pax`. */
const NAMING_TYPES = ["L", "x", "g", "K"];

interface Header {
  name: string;
  size: number;
  type: string;
}

/** Undefined for the empty block that ends the archive. */
function readHeader(block: Uint8Array): Header | undefined {
  if (block.every((byte) => byte === 0)) return undefined;
  if (!hasBytes(block, "ustar", 257)) throw new DamagedFile("An entry of the archive has no header.");
  const prefix = textAt(block, 345, hasBytes(block, "ustar\0", 257) ? 155 : 0);
  const name = textAt(block, 0, 100);
  return { name: prefix ? `${prefix}/${name}` : name, size: sizeOf(block), type: String.fromCharCode(block[156] ?? 0) };
}

/** Octal digits, or, with the highest bit set, a large number as it is. */
function sizeOf(block: Uint8Array): number {
  const bytes = block.subarray(124, 136);
  if (((bytes[0] ?? 0) & 0x80) !== 0) return bytes.subarray(1).reduce((sum, byte) => sum * 256 + byte, 0);
  const size = Number.parseInt(textAt(block, 124, 12).trim() || "0", 8);
  if (Number.isNaN(size)) throw new DamagedFile("The size of an entry is no number.");
  return size;
}

function textAt(block: Uint8Array, start: number, length: number): string {
  const bytes = block.subarray(start, start + length);
  const end = bytes.indexOf(0);
  return new TextDecoder().decode(end < 0 ? bytes : bytes.subarray(0, end));
}

/** Goes past the entry's content. Returns the name in it, where it names the next entry. */
async function nameInside(cursor: ByteCursor, { size, type }: Header): Promise<string | undefined> {
  const padded = Math.ceil(size / BLOCK) * BLOCK;
  const names = (type === "L" || type === "x") && size <= LONGEST_NAME;
  if (!names) return void cursor.skip(Math.max(size, Math.min(padded, cursor.remaining)));
  await cursor.need(padded);
  const text = new TextDecoder().decode(cursor.take(padded).subarray(0, size));
  return type === "L" ? text.replace(/\0.*$/s, "") : /^\d+ path=(.*)$/m.exec(text)?.[1];
}
