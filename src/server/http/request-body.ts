import { Readable } from "node:stream";

/** Most bytes that are read only to be thrown away, so that a client that is still sending reads why it was refused. */
const DISCARD_LIMIT_BYTES = 64 * 1024 * 1024;

/**
 * The body piece by piece. A handler that stops reading leaves the connection alone, so that its answer reaches the client. The memory
 * of a piece is given back when the next one is asked for: garbage collection would let a fast upload grow by 80 MB first.
 */
export async function* bodyPieces(body: Readable | undefined): AsyncIterable<Uint8Array> {
  for await (const piece of (body ?? Readable.from([])).iterator({ destroyOnReturn: false })) {
    yield piece;
    const memory: ArrayBuffer = piece.buffer;
    if (piece.byteLength === memory.byteLength) memory.transfer(0);
  }
}

/** Reads what the handler has left of the body: closing the connection on bytes that were not read would destroy the answer, too. */
export async function discardRest(body: Readable | undefined): Promise<void> {
  let discarded = 0;
  try {
    for await (const piece of bodyPieces(body)) {
      discarded += piece.byteLength;
      if (discarded > DISCARD_LIMIT_BYTES) return;
    }
  } catch {
    // The client has gone; the answer has nobody to reach.
  }
}
