import type { ArchiveFile } from "./sections.ts";

/** A file up to this size is fetched before its turn: most of its time is waiting for the store, above all where that is far away. */
const SMALL_FILE_BYTES = 256 * 1024;
const FETCHED_AT_ONCE = 8;

/** The same files, to be opened in this order; small ones are fetched while those before them are sent. */
export function readAhead(files: readonly ArchiveFile[]): ArchiveFile[] {
  const fetched = new Map<ArchiveFile, Promise<Uint8Array>>();
  const fetchFrom = (index: number) => {
    for (const file of files.slice(index, index + FETCHED_AT_ONCE)) {
      if (file.size > SMALL_FILE_BYTES || fetched.has(file)) continue;
      const content = fetchWhole(file);
      // Heard of when its turn comes, which may be never.
      content.catch(() => undefined);
      fetched.set(file, content);
    }
  };
  return files.map((file, index) => ({
    ...file,
    async open(range) {
      fetchFrom(index);
      const content = fetched.get(file);
      fetched.delete(file);
      if (content === undefined) return file.open(range);
      return singlePiece((await content).subarray(range.start, range.end));
    },
  }));
}

async function fetchWhole(file: ArchiveFile): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  if (file.size === 0) return Buffer.concat(pieces);
  for await (const piece of await file.open({ start: 0, end: file.size })) pieces.push(Uint8Array.from(piece));
  return Buffer.concat(pieces);
}

async function* singlePiece(piece: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  yield piece;
}
