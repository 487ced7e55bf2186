import { type Format, hasBytes, type Source } from "./source.ts";
import { unpack } from "./unpack.ts";

interface Compression {
  name: string;
  recognises(source: Source): boolean;
  /** How it is unpacked, where that is possible here. */
  wrapping?: "zlib" | "gzip";
}

const signature = (text: string) => {
  return ({ head }: Source) => hasBytes(head, text);
};

const compressions: readonly Compression[] = [
  { name: "gzip", recognises: signature("\x1f\x8b\x08"), wrapping: "gzip" },
  { name: "zlib", recognises: looksLikeZlib, wrapping: "zlib" },
  { name: "bzip2", recognises: ({ head }) => hasBytes(head, "BZh") && hasBytes(head, "1AY&SY", 4) },
  { name: "xz", recognises: signature("\xfd7zXZ\0") },
  { name: "lzma", recognises: signature("\x5d\0\0\x80\0") },
  { name: "zstd", recognises: signature("\x28\xb5\x2f\xfd") },
  { name: "lz4", recognises: signature("\x04\x22\x4d\x18") },
];

/**
 * One compressed file. Where it can be unpacked here, the facts are those of what is inside, with the compression; elsewhere it is
 * "unscanned".
 */
export const compressed: readonly Format[] = compressions.map(({ name, recognises, wrapping }) => ({
  name,
  recognises,
  async read({ file, name: fileName, inflate, readInside }, facts) {
    Object.assign(facts, { format: pickledBy(fileName) ?? name, compression: name, scan: "unscanned" });
    const inside = wrapping && readInside && (await unpack(file, { wrapping, inflate }));
    if (inside === undefined || readInside === undefined) return;
    const { format, ...more } = await readInside(inside, fileName);
    facts.format = format === "unknown" ? facts.format : format;
    if (format !== "unknown") delete facts.scan;
    Object.assign(facts, more);
  },
}));

/** Two bytes without a meaning of their own; `x^` also begins a text. */
function looksLikeZlib({ head, name }: Source): boolean {
  const [method = 0, flags = 0] = head;
  if (method !== 0x78 || (method * 256 + flags) % 31 !== 0) return false;
  return flags !== 0x5e || pickledBy(name) !== undefined;
}

/** What a name says that pickles are written by. */
function pickledBy(name: string): "joblib" | "pickle" | undefined {
  if (/\.joblib\b/.test(name)) return "joblib";
  return /\.(pkl|pickle)\b/.test(name) ? "pickle" : undefined;
}
