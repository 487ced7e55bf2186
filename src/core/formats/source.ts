import type { FileFacts } from "./facts.ts";
import type { MeteredFile } from "./io/random-access.ts";

/** Unpacks compressed bytes: what they become, or "damaged", or "too large" for more than `limit` bytes. */
export type Inflate = (
  bytes: Uint8Array,
  wrapping: "raw" | "zlib" | "gzip",
  limit: number,
) => Promise<Uint8Array | "damaged" | "too large">;

/** What reading facts needs from outside; it goes without either. */
export interface FactsTools {
  /** Without it, what is compressed stays unscanned. */
  inflate?: Inflate;
  /** Lets others have their turn: it is called between parts that take a few milliseconds each. */
  pause?: () => Promise<void>;
}

/** A file whose facts are read. */
export interface Source {
  file: MeteredFile;
  /** The last segment of its path, in lower case: a hint where the content does not tell. */
  name: string;
  /** Its first bytes, at most `HEAD_BYTES`. */
  head: Uint8Array;
  inflate: Inflate | undefined;
  /** Reads the facts of what is packed inside this file; absent where that would be a layer too many. */
  readInside: ((inside: MeteredFile, name: string) => Promise<FileFacts>) | undefined;
}

/** What tells a format, such as the signature of tar at byte 257, is in it. */
export const HEAD_BYTES = 4096;

/** Adds what the file says to `facts`, piece by piece: what was read before it throws `DamagedFile` or `LimitReached` is kept. */
export type FormatReader = (source: Source, facts: FileFacts) => Promise<void>;

export interface Format {
  /** What `facts.format` is, unless the reader finds something more precise. */
  name: string;
  recognises(source: Source): boolean;
  /** Absent where the name of the format is all that is said. */
  read?: FormatReader;
}

/** Whether the bytes are at the place. Text stands for its characters' codes up to 0xff. */
export function hasBytes(bytes: Uint8Array, expected: string, at = 0): boolean {
  for (let index = 0; index < expected.length; index++) {
    if (bytes[at + index] !== expected.charCodeAt(index)) return false;
  }
  return true;
}

/** The head as text: what is no UTF-8 is replaced. */
export function headText({ head }: Source): string {
  return new TextDecoder().decode(head);
}
