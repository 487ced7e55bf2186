import type { ByteRange } from "../../../core/ports/blob-store.ts";

/** A file that goes into an archive. */
export interface ArchiveFile {
  /** Below the root of the archive, as the artifact tree spells it. */
  path: string;
  /** Bytes. */
  size: number;
  /** Milliseconds since 1970. */
  lastUpdateTime: number;
  /** Its bytes. Whoever opens them reads them or ends the reading. */
  open(range: ByteRange): Promise<AsyncIterable<Uint8Array>>;
}

/** A stretch of an archive: bytes that are made here, or those of a file. */
export type Section = Uint8Array | ArchiveFile;

/** Pieces below this size travel together: for the network, a write of 512 bytes is as dear as one of 64 KiB. */
const SMALL_PIECE_BYTES = 16 * 1024;
const BLOCK_BYTES = 64 * 1024;

/** Those bytes of the sections, one behind the other, that are in the range. What is before and behind is not opened. */
export function readSections(
  sections: Iterable<Section>,
  range: ByteRange,
): AsyncGenerator<Uint8Array, void, undefined> {
  return inBlocks(selectBytes(sections, range));
}

export function sectionSize(section: Section): number {
  return section instanceof Uint8Array ? section.length : section.size;
}

async function* selectBytes(
  sections: Iterable<Section>,
  range: ByteRange,
): AsyncGenerator<Uint8Array, void, undefined> {
  let position = 0;
  for (const section of sections) {
    if (position >= range.end) return;
    const size = sectionSize(section);
    const start = Math.max(range.start - position, 0);
    const end = Math.min(range.end - position, size);
    if (start < end) {
      if (section instanceof Uint8Array) yield section.subarray(start, end);
      else yield* readFile(section, { start, end });
    }
    position += size;
  }
}

/** The archive has promised so many bytes of the file; with others, it would be taken for whole and is not. */
export async function* readFile(file: ArchiveFile, range: ByteRange): AsyncGenerator<Uint8Array, void, undefined> {
  let left = range.end - range.start;
  if (left === 0) return;
  for await (const piece of await file.open(range)) {
    left -= piece.length;
    if (left < 0) break;
    yield piece;
  }
  if (left !== 0) throw new Error(`The file ${file.path} has another size than was said when its archive began`);
}

/** Copies small pieces into blocks, and passes large ones on. */
export async function* inBlocks(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  const block = Buffer.allocUnsafeSlow(BLOCK_BYTES);
  let filled = 0;
  for await (const piece of pieces) {
    if (filled + piece.length > BLOCK_BYTES || (filled > 0 && piece.length > SMALL_PIECE_BYTES)) {
      yield block.subarray(0, filled);
      filled = 0;
    }
    if (piece.length > SMALL_PIECE_BYTES) yield piece;
    else {
      block.set(piece, filled);
      filled += piece.length;
    }
  }
  if (filled > 0) yield block.subarray(0, filled);
}
