import { createGunzip, type Gunzip } from "node:zlib";
import { CoreError } from "../../../core/errors.ts";
import type { ByteSource } from "../../../core/ports/blob-store.ts";
import { invalidArchive } from "./tar-header.ts";

const CHUNK_BYTES = 64 * 1024;

/** From so many bytes on, nothing that models are made of shrinks to less than this part of itself. */
const RATIO_COUNTS_FROM_BYTES = 64 * 1024 * 1024;
const LARGEST_RATIO = 200;

/**
 * What was compressed with gzip, in pieces, each valid until the next one is asked for. Throws `invalidValue` where it was not, or breaks off, `tooLarge` where a little grows beyond
 * all measure, and what `source` itself throws.
 */
export async function* gunzip(source: ByteSource): AsyncGenerator<Uint8Array, void, undefined> {
  const unzip = createGunzip({ chunkSize: CHUNK_BYTES });
  const feeding = new Feeding(unzip, source);
  let size = 0;
  try {
    for await (const piece of unzip as AsyncIterable<Buffer>) {
      size += piece.length;
      if (size > RATIO_COUNTS_FROM_BYTES && size > feeding.size * LARGEST_RATIO) {
        throw new CoreError("tooLarge", {
          what: "The archive, unpacked,",
          limit: feeding.size * LARGEST_RATIO,
          unit: "bytes",
        });
      }
      yield piece;
      // As with the pieces of a request: garbage collection would be too late.
      const memory = piece.buffer;
      if (piece.byteLength === memory.byteLength && memory instanceof ArrayBuffer) memory.transfer(0);
    }
  } catch (error) {
    throw isZlibError(error)
      ? invalidArchive(`it can't be decompressed (${error.message}). Send the whole archive.`)
      : error;
  } finally {
    unzip.destroy();
  }
}

/** Writes the source to the stream, each piece when the one before it has been used up. */
class Feeding {
  /** Bytes so far. */
  size = 0;

  constructor(unzip: Gunzip, source: ByteSource) {
    // Whoever reads the stream hears of a failure.
    this.#feed(unzip, source).catch((error) => unzip.destroy(error));
  }

  async #feed(unzip: Gunzip, source: ByteSource): Promise<void> {
    for await (const piece of source) {
      this.size += piece.length;
      await new Promise<void>((resolve, reject) => unzip.write(piece, (error) => (error ? reject(error) : resolve())));
    }
    unzip.end();
  }
}

function isZlibError(error: unknown): error is Error {
  return error instanceof Error && "code" in error && String(error.code).startsWith("Z_");
}
