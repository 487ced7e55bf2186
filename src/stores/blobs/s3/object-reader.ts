import type { ByteRange } from "../../../core/ports/blob-store.ts";
import type { S3Bucket } from "./bucket.ts";
import { isTransient, refusalFor } from "./failures.ts";
import { freeMemory, freeWhatIsParsed } from "./free-memory.ts";
import { pause } from "./retries.ts";

/** How often in a row an answer may break off before it has brought a byte. */
const ATTEMPTS = 5;

/** Until a connection that brings nothing, or that nobody reads, is given up; reading goes on with another one. */
const STALL_MS = 60_000;

/** The object is not there, or another one has taken its place since the reading began. */
export class ObjectMissingError extends Error {
  override readonly name = "ObjectMissingError";
}

/**
 * The bytes of a part of an object as they come; each piece loses its bytes when the next one is asked for. Where an answer breaks off, another one goes on from there. Throws `ObjectMissingError`,
 * and `unavailable` where that does not help.
 */
export async function* readObject(bucket: S3Bucket, key: string, range: ByteRange): AsyncGenerator<Uint8Array> {
  let position = range.start;
  let etag: string | undefined;
  for (let attempt = 1; position < range.end; attempt++) {
    try {
      const body = await openBody(bucket, key, { start: position, end: range.end }, etag);
      etag = body.etag;
      for await (const piece of body.stream) {
        position += piece.length;
        attempt = 0;
        yield piece;
        freeMemory(piece);
      }
      if (position < range.end) throw new BrokenOffError();
    } catch (error) {
      if (!(error instanceof BrokenOffError) && !isTransient(error)) throw error;
      if (attempt >= ATTEMPTS) throw refusalFor(error);
      await pause(attempt);
    }
  }
}

class BrokenOffError extends Error {
  readonly code = "ECONNRESET";
}

async function openBody(bucket: S3Bucket, key: string, range: ByteRange, etag: string | undefined) {
  const body = await bucket.get(key, range, etag);
  if (body === undefined) throw new ObjectMissingError(`There is no object ${key}`);
  const { stream } = body;
  freeWhatIsParsed(stream);
  // An HTTP answer; its socket goes on to others when it has ended.
  if ("setTimeout" in stream && typeof stream.setTimeout === "function") {
    stream.setTimeout(STALL_MS, () => stream.destroy(new BrokenOffError()));
  }
  return body;
}
