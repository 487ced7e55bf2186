import type { IncomingMessage } from "node:http";
import { Socket } from "node:net";
import type { Readable } from "node:stream";

/**
 * Gives the memory of bytes back that nobody needs any more. The garbage collector would do it only after many megabytes of them, which at
 * full speed makes a process as large as a hundred idle ones. Bytes that share their memory with others are left alone.
 */
export function freeMemory(bytes: Uint8Array): void {
  const { buffer } = bytes;
  if (bytes.byteLength === buffer.byteLength && buffer instanceof ArrayBuffer && !buffer.detached) buffer.transfer(0);
}

/** Frees what the socket of an HTTP answer has read as soon as the parser has taken the answer's bytes out of it, which it copies. */
export function freeWhatIsParsed(answer: Readable): void {
  const { socket } = answer as Partial<IncomingMessage>;
  if (!(socket instanceof Socket)) return;
  // Node's own listener, which parses, was there before.
  socket.on("data", freeMemory);
  answer.once("close", () => socket.off("data", freeMemory));
}
