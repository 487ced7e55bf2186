import { makeError } from "../errors.ts";

/**
 * What can be uploaded. A `Blob` or `File` and bytes can be read again, at any place; a stream is read once, and no more of it is held in
 * memory than one part of an upload.
 */
export type UploadSource = Blob | Uint8Array | ArrayBuffer | ReadableStream<Uint8Array> | AsyncIterable<Uint8Array>;

/** A part of a source that can be sent more than once. */
export type Part = Blob | Uint8Array<ArrayBuffer>;

/** A source, cut into parts. */
export interface PartedSource {
  /** Bytes; undefined for a stream of which it was not said. */
  readonly size: number | undefined;
  /** Something that another file is unlikely to share; undefined where nothing is known. */
  readonly fingerprint: string | undefined;
  /** Whether all of it can be had as one part without reading it first. */
  readonly whole: Part | undefined;
  /** All of it from the beginning, each part of `partSize` bytes but for the last. Each is valid until the next one is asked for. */
  parts(partSize: number): AsyncIterable<Part>;
}

/** `size` in bytes is what the caller knows of a stream, `signal` ends the reading of one. */
export function partedSource(
  source: UploadSource,
  size: number | undefined,
  signal: AbortSignal | undefined,
): PartedSource {
  if (source instanceof Blob) return seekable(source, source.size, fingerprintOf(source));
  if (source instanceof Uint8Array) return seekable(unshared(source), source.byteLength, `bytes:${source.byteLength}`);
  if (source instanceof ArrayBuffer) return partedSource(new Uint8Array(source), size, signal);
  return {
    size,
    fingerprint: size === undefined ? undefined : `stream:${size}`,
    whole: undefined,
    parts: (partSize) => collectParts(piecesOf(source, signal), partSize, size),
  };
}

/** Memory that is shared with other threads can't be sent as it is. */
function unshared(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return bytes.buffer instanceof ArrayBuffer ? (bytes as Uint8Array<ArrayBuffer>) : new Uint8Array(bytes);
}

function seekable(whole: Part, size: number, fingerprint: string): PartedSource {
  return { size, fingerprint, whole, parts: (partSize) => cut(whole, size, partSize) };
}

function fingerprintOf(blob: Blob): string {
  const { name = "", lastModified = "" } = blob as Partial<File>;
  return `file:${name}:${blob.size}:${lastModified}`;
}

async function* cut(whole: Part, size: number, partSize: number): AsyncIterable<Part> {
  for (let start = 0; start < size; start += partSize) yield partOf(whole, start, Math.min(size, start + partSize));
}

/** From `start` to before `end`; bytes are not copied. */
export function partOf(part: Part, start: number, end: number): Part {
  return part instanceof Blob ? part.slice(start, end) : part.subarray(start, end);
}

export function sizeOf(part: Part): number {
  return part instanceof Blob ? part.size : part.byteLength;
}

type Pieces = Pick<AsyncIterator<Uint8Array>, "next" | "return">;

/** Everything that a stream gives. Left early or aborted, even while it is silent, it is cancelled. */
export async function* piecesOf(
  source: ReadableStream<Uint8Array> | AsyncIterable<Uint8Array>,
  signal: AbortSignal | undefined,
): AsyncIterable<Uint8Array> {
  const pieces = iteratorOf(source);
  try {
    for (;;) {
      const { done, value } = await unlessAborted(pieces.next(), signal);
      if (done) return;
      yield value;
    }
  } finally {
    // Nobody waits: a stream that says nothing may not end either.
    void Promise.resolve(pieces.return?.()).catch(() => undefined);
  }
}

/** A stream need not be iterable by itself: Safari's are not. */
function iteratorOf(source: ReadableStream<Uint8Array> | AsyncIterable<Uint8Array>): Pieces {
  if (!("getReader" in source)) return source[Symbol.asyncIterator]();
  const reader = source.getReader();
  return {
    next: () => reader.read() as Promise<IteratorResult<Uint8Array>>,
    return: async () => {
      await reader.cancel();
      return { done: true, value: undefined };
    },
  };
}

function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) reject(signal.reason);
    const onAbort = () => reject(signal?.reason);
    signal?.addEventListener("abort", onAbort, { once: true });
    promise.then(resolve, reject).finally(() => signal?.removeEventListener("abort", onAbort));
  });
}

/** Pieces of any length, copied into parts of one length; each part is valid until the next one is asked for. */
async function* collectParts(
  pieces: AsyncIterable<Uint8Array>,
  partSize: number,
  size: number | undefined,
): AsyncIterable<Uint8Array<ArrayBuffer>> {
  const part = new Uint8Array(partSize);
  let filled = 0;
  let total = 0;
  for await (const piece of pieces) {
    requireBytes(piece);
    total += piece.byteLength;
    if (size !== undefined && total > size) throw wrongSize(size, `brings more than ${size} bytes`);
    for (let start = 0; start < piece.byteLength; ) {
      const taken = piece.subarray(start, start + partSize - filled);
      part.set(taken, filled);
      start += taken.byteLength;
      filled += taken.byteLength;
      if (filled < partSize) continue;
      yield part;
      filled = 0;
    }
  }
  if (size !== undefined && total < size) throw wrongSize(size, `ended after ${total} bytes`);
  if (filled > 0) yield part.subarray(0, filled);
}

function requireBytes(piece: unknown): asserts piece is Uint8Array {
  if (piece instanceof Uint8Array) return;
  throw makeError("invalid-value", "The stream gives something else than bytes: it must give Uint8Arrays.", {
    field: "source",
  });
}

/** Such a stream brings no whole file. */
function wrongSize(size: number, what: string): Error {
  return makeError("invalid-value", `The stream ${what}, but ${size} were announced as its size.`, { field: "size" });
}
