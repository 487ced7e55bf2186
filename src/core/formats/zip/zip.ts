import type { FileFacts } from "../facts.ts";
import { type Format, hasBytes, type Source } from "../source.ts";
import { readZipDirectory, type ZipEntry } from "./directory.ts";
import { readKeras } from "./keras.ts";
import { readNpz } from "./npz.ts";
import { readPytorch } from "./pytorch.ts";
import { readSkops } from "./skops.ts";

/** Names of entries that are shown. */
const SHOWN_ENTRIES = 100;

/** A format that is a zip archive: known by the names of its entries, which it reads. */
interface ZipFormat {
  name: string;
  recognises(names: ReadonlySet<string>): boolean;
  read(source: Source, entries: readonly ZipEntry[], facts: FileFacts): Promise<void>;
}

const zipFormats: readonly ZipFormat[] = [
  { name: "pytorch", recognises: (names) => some(names, /^[^/]+\/data\.pkl$/), read: readPytorch },
  { name: "keras", recognises: (names) => names.has("config.json") && names.has("metadata.json"), read: readKeras },
  { name: "skops", recognises: (names) => names.has("schema.json"), read: readSkops },
  { name: "npz", recognises: (names) => names.size > 0 && !some(names, /(?<!\.npy)$/), read: readNpz },
];

/** A zip archive, and the formats of models that are one. */
export const zip: Format = {
  name: "zip",
  recognises: ({ head }) => hasBytes(head, "PK\x03\x04") || hasBytes(head, "PK\x05\x06"),
  async read(source, facts) {
    const entries = await readZipDirectory(source.file);
    const names = new Set(entries.map(({ name }) => name));
    const format = zipFormats.find(({ recognises }) => recognises(names));
    if (format === undefined) return describeArchive(entries, facts);
    facts.format = format.name;
    await format.read(source, entries, facts);
  },
};

function some(names: ReadonlySet<string>, pattern: RegExp): boolean {
  for (const name of names) if (pattern.test(name)) return true;
  return false;
}

function describeArchive(entries: readonly ZipEntry[], facts: FileFacts): void {
  facts.entries = entries.slice(0, SHOWN_ENTRIES).map(({ name }) => name);
  if (entries.length > SHOWN_ENTRIES) facts.entries_left_out = entries.length - SHOWN_ENTRIES;
  facts.unpacked_size = entries.reduce((sum, { size }) => sum + size, 0);
  if (entries.some(({ encrypted }) => encrypted)) facts.encrypted = true;
}
