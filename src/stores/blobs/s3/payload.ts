import { Readable } from "node:stream";

/** The body of one request, which may have to be sent again. */
export interface Payload {
  /** Bytes. */
  readonly size: number;
  /** The bytes, from the first one on. They stay as they are until the request is over. */
  read(): AsyncIterable<Uint8Array>;
}

export function toStream(payload: Payload): Readable {
  // Pieces go out one by one: each is large, and belongs to a buffer that is counted elsewhere.
  return Readable.from(payload.read(), { objectMode: true, highWaterMark: 1 });
}
