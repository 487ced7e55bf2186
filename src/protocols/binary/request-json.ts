import type { ByteSource } from "../../core/ports/blob-store.ts";
import { ProblemError } from "./errors.ts";
import { readJsonObject } from "./metadata.ts";

/** Largest body that is read whole, in bytes: metadata, not models. */
const LARGEST_JSON = 4 * 1024 * 1024;

/** A whole body as a JSON object. Throws `ProblemError`. */
export async function readJsonBody(source: ByteSource): Promise<Readonly<Record<string, unknown>>> {
  return readJsonObject(await readText(source, LARGEST_JSON), "body");
}

/** Bytes as UTF-8 text. Throws `ProblemError` past `limit` bytes. */
async function readText(source: ByteSource, limit: number): Promise<string> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of source) {
    size += piece.length;
    if (size > limit)
      throw new ProblemError({ code: "too-large", detail: `The text may have at most ${limit} bytes.` });
    pieces.push(Uint8Array.from(piece));
  }
  return Buffer.concat(pieces).toString();
}
