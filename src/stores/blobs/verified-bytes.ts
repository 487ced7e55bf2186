import { createHash } from "node:crypto";
import { CoreError } from "../../core/errors.ts";
import type { Digest } from "../../core/model/artifacts.ts";

/** What a blob has to be; `size` is in bytes. */
export interface BlobContent {
  digest: Digest;
  size: number;
}

/**
 * The pieces of a whole blob as they come, hashed on the way. The last one is held back until the digest is known to be right; where it is
 * not, or there are more or fewer bytes than `size`, throws `damaged` instead, so that nobody takes what has come for the blob.
 */
export async function* verifiedBytes(
  pieces: AsyncIterable<Uint8Array>,
  { digest, size }: BlobContent,
): AsyncGenerator<Uint8Array> {
  const hash = createHash("sha256");
  let arrived = 0;
  const damaged = () => new CoreError("damaged", { digest });
  const requireWhole = () => {
    if (arrived !== size || hash.digest("hex") !== digest) throw damaged();
  };
  for await (const piece of pieces) {
    if (piece.length === 0) continue;
    arrived += piece.length;
    if (arrived > size) throw damaged();
    hash.update(piece);
    if (arrived === size) requireWhole();
    yield piece;
  }
  if (arrived === 0 || arrived < size) requireWhole();
}
