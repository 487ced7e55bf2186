import type { IncomingMessage } from "node:http";
import { waitForClient } from "./idle-connections.ts";

/** Most bytes that are read only to be thrown away, so that a client that is still sending reads why it was refused. */
const DISCARD_LIMIT_BYTES = 64 * 1024 * 1024;

/**
 * The body piece by piece. A handler that stops reading leaves the connection alone, so that its answer reaches the client. The memory
 * of a piece is given back when the next one is asked for: garbage collection would let a fast upload grow by 80 MB first. A client that
 * sends nothing for `idleTimeoutMs` loses its connection.
 */
export async function* bodyPieces(body: IncomingMessage | undefined, idleTimeoutMs: number): AsyncIterable<Uint8Array> {
  if (body === undefined) return;
  const pieces = body.iterator({ destroyOnReturn: false });
  try {
    for (;;) {
      const { done, value: piece } = await waitForClient(body.socket, idleTimeoutMs, () => pieces.next());
      if (done) return;
      yield piece;
      const memory: ArrayBuffer = piece.buffer;
      if (piece.byteLength === memory.byteLength) memory.transfer(0);
    }
  } finally {
    await pieces.return?.();
  }
}

/** Reads what the handler has left of the body: closing the connection on bytes that were not read would destroy the answer, too. */
export async function discardRest(body: IncomingMessage | undefined, idleTimeoutMs: number): Promise<void> {
  let discarded = 0;
  try {
    for await (const piece of bodyPieces(body, idleTimeoutMs)) {
      discarded += piece.byteLength;
      if (discarded > DISCARD_LIMIT_BYTES) return;
    }
  } catch {
    // The client has gone; the answer has nobody to reach.
  }
}
