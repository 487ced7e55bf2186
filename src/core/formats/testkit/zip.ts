import { bytesOf, u16, u32 } from "./files.ts";

/** A zip archive; with `deflate`, its entries are deflated by it. */
export function zipOf(
  files: Record<string, string | Uint8Array>,
  deflate?: (bytes: Uint8Array) => Uint8Array,
): Uint8Array {
  const locals: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let offset = 0;
  for (const [name, content] of Object.entries(files)) {
    const bytes = bytesOf(content);
    const packed = deflate?.(bytes) ?? bytes;
    const sizes = bytesOf(u16(deflate ? 8 : 0), u32(0), u32(0), u32(packed.length), u32(bytes.length));
    const local = bytesOf(u32(0x04034b50), u16(20), u16(0), sizes, u16(name.length), u16(0), name, packed);
    const rest = bytesOf(u16(name.length), u16(0), u16(0), u16(0), u16(0), u32(0), u32(offset), name);
    locals.push(local);
    directory.push(bytesOf(u32(0x02014b50), u16(20), u16(20), u16(0), sizes, rest));
    offset += local.length;
  }
  const entries = bytesOf(...directory);
  const counts = bytesOf(u16(directory.length), u16(directory.length));
  return bytesOf(...locals, entries, u32(0x06054b50), u16(0), u16(0), counts, u32(entries.length), u32(offset), u16(0));
}
