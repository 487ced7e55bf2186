import type { CoreError } from "../../../core/errors.ts";
import type { ByteSource } from "../../../core/ports/blob-store.ts";
import { ByteReader } from "../byte-reader.ts";
import { ArchivePaths } from "./archive-paths.ts";
import { BLOCK_SIZE } from "./tar-format.ts";
import {
  decodeName,
  invalidArchive,
  parsePaxRecords,
  parseSizeRecord,
  parseTarHeader,
  type TarHeader,
} from "./tar-header.ts";

/** One file of an archive. */
export interface ArchiveEntry {
  /** As the artifact tree spells it. */
  path: string;
  /** Bytes. */
  size: number;
  /** Its bytes, once. Each piece is valid until the next one is asked for. */
  bytes: AsyncIterable<Uint8Array>;
}

export interface ArchiveLimits {
  /** Files and directories. */
  entries: number;
}

const DEFAULT_LIMITS: ArchiveLimits = { entries: 10_000 };

/** Longest extended header or long name, in bytes; macOS puts extended attributes of files there. */
const EXTENSION_LIMIT_BYTES = 1024 * 1024;

const KINDS: Readonly<Record<string, string>> = {
  "1": "a hard link",
  "2": "a symbolic link",
  "3": "a device",
  "4": "a device",
  "6": "a named pipe",
  S: "a sparse file",
};

/** What a header before an entry says of it. */
interface Extension {
  name?: string;
  size?: number;
}

/** The types of headers that extend the next one, or all. */
const EXTENSIONS: Readonly<Record<string, (content: Buffer) => Extension>> = {
  x: parsePax,
  g: parseGlobalPax,
  L: (content) => ({ name: decodeName(content) }),
  // The long target of a link, which itself is refused.
  K: () => ({}),
};

/**
 * The files of a tar archive (ustar, pax, GNU) in their order, each as a stream: nothing is read ahead, and memory is constant. What is
 * left of a file when the next one is asked for is skipped. Directories are made by their files; links and devices are refused. Throws
 * `invalidValue` of the field `body` where the archive breaks the format, holds a path that the artifact tree does not take, or ends too
 * early, `tooLarge` past a limit, and what `source` itself throws.
 */
export async function* readTar(
  source: ByteSource,
  limits: ArchiveLimits = DEFAULT_LIMITS,
): AsyncGenerator<ArchiveEntry, void, undefined> {
  const reader = new ByteReader(source);
  const paths = new ArchivePaths(limits.entries);
  try {
    for (let header = await readEntryHeader(reader); header !== undefined; header = await readEntryHeader(reader)) {
      const { name, size, type } = header;
      if (isDirectory(header)) paths.addDirectory(name);
      else if (!isFile(type))
        throw invalidArchive(`the entry '${name}' is ${KINDS[type] ?? "of an unknown kind"}. Leave it out.`);
      else {
        const content = new EntryContent(reader, size, name);
        yield { path: paths.addFile(name), size, bytes: content.pieces() };
        await content.skip();
      }
    }
    if (paths.fileCount === 0) throw invalidArchive("it holds no file.");
    await readToEnd(reader);
  } finally {
    await reader.close();
  }
}

/** What a header says together with those before it that extend it. */
interface EntryHeader {
  /** As it is spelled there. */
  name: string;
  size: number;
  type: string;
}

/** The next header that stands for an entry; undefined at the end of the archive. */
async function readEntryHeader(reader: ByteReader): Promise<EntryHeader | undefined> {
  let extension: Extension = {};
  for (let header = await readHeader(reader); header !== undefined; header = await readHeader(reader)) {
    const { type, size, name } = header;
    const parse = EXTENSIONS[type];
    if (parse === undefined) return { type, name: extension.name ?? decodeName(name), size: extension.size ?? size };
    extension = { ...extension, ...parse(await readExtension(reader, size)) };
  }
  return undefined;
}

async function readHeader(reader: ByteReader): Promise<TarHeader | undefined> {
  if (!(await reader.has(BLOCK_SIZE))) throw truncated("before its end");
  const block = reader.take(BLOCK_SIZE);
  return block.every((byte) => byte === 0) ? undefined : parseTarHeader(block);
}

async function readExtension(reader: ByteReader, size: number): Promise<Buffer> {
  if (size > EXTENSION_LIMIT_BYTES) throw invalidArchive("a header in it is too long.");
  const pieces: Buffer[] = [];
  const content = new EntryContent(reader, size, "of an extended header");
  for await (const piece of content.pieces()) pieces.push(Buffer.from(piece));
  await content.skip();
  return Buffer.concat(pieces);
}

function parsePax(content: Buffer): Extension {
  const records = parsePaxRecords(content);
  if ([...records.keys()].some((key) => key.startsWith("GNU.sparse."))) {
    throw invalidArchive("it holds a sparse file. Make it without `--sparse`.");
  }
  const path = records.get("path");
  const size = records.get("size");
  return {
    ...(path === undefined ? {} : { name: decodeName(path) }),
    ...(size === undefined ? {} : { size: parseSizeRecord(size) }),
  };
}

function parseGlobalPax(content: Buffer): Extension {
  if (Object.keys(parsePax(content)).length === 0) return {};
  throw invalidArchive("it has one path or size for all of its entries.");
}

/** The oldest format tells directories by a slash. */
function isDirectory({ type, name }: EntryHeader): boolean {
  return type === "5" || (isFile(type) && name.endsWith("/"));
}

function isFile(type: string): boolean {
  return type === "0" || type === "\0" || type === "7";
}

/** The bytes behind a header, up to the next one. */
class EntryContent {
  readonly #reader: ByteReader;
  readonly #name: string;
  #left: number;
  #padding: number;

  constructor(reader: ByteReader, size: number, name: string) {
    this.#reader = reader;
    this.#name = name;
    this.#left = size;
    this.#padding = (BLOCK_SIZE - (size % BLOCK_SIZE)) % BLOCK_SIZE;
  }

  async *pieces(): AsyncGenerator<Uint8Array, void, undefined> {
    while (this.#left > 0) yield await this.#next();
  }

  async skip(): Promise<void> {
    this.#left += this.#padding;
    this.#padding = 0;
    while (this.#left > 0) await this.#next();
  }

  async #next(): Promise<Uint8Array> {
    if (!(await this.#reader.has(1))) throw truncated(`within the entry '${this.#name}'`);
    const piece = this.#reader.take(Math.min(this.#left, this.#reader.unread.length));
    this.#left -= piece.length;
    return piece;
  }
}

/** What stands behind the end fills the last record; it is read so that the sender, and a compression around the archive, come to theirs. */
async function readToEnd(reader: ByteReader): Promise<void> {
  do reader.take(reader.unread.length);
  while (await reader.more());
}

function truncated(place: string): CoreError {
  return invalidArchive(`it breaks off ${place}. Send the whole archive.`);
}
