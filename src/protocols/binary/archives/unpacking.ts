import { createHash, type Hash } from "node:crypto";
import type { Digest } from "../../../core/model/artifacts.ts";
import type { OperationContext } from "../../../core/ops/context.ts";
import { requireDigest } from "../../../core/ops/stored-model-uploads.ts";
import type { ByteSource, StagedBlob } from "../../../core/ports/blob-store.ts";
import { ByteReader } from "../byte-reader.ts";
import { gunzip } from "./gunzip.ts";
import { readTar } from "./tar-reader.ts";

/** A file of an archive, with its bytes. */
export interface UnpackedFile {
  path: string;
  staged: StagedBlob;
}

/** What every stream of gzip begins with. */
const GZIP = Buffer.from([0x1f, 0x8b]);

/** A file up to this size is staged while those behind it arrive: most of its time is waiting for the disk. */
const SMALL_FILE_BYTES = 256 * 1024;
const STAGED_AT_ONCE = 16;

/**
 * Stages every file of a tar archive, which may be compressed with gzip. Throws as `readTar` and `gunzip`, and `digestMismatch` where the
 * archive itself has not the SHA-256 that was promised; then nothing stays. Whoever calls publishes the files or discards them.
 */
export async function unpackTar(
  context: OperationContext,
  source: ByteSource,
  promised?: Digest,
): Promise<UnpackedFile[]> {
  const hash = createHash("sha256");
  const staging: Promise<UnpackedFile>[] = [];
  try {
    for await (const { path, size, bytes } of readTar(decompressed(promised ? hashed(source, hash) : source))) {
      const content = size <= SMALL_FILE_BYTES ? [await copyOf(bytes)] : bytes;
      const file = context.blobs.stage(content).then((staged) => ({ path, staged }));
      // Heard of below, perhaps later than it happens.
      file.catch(() => undefined);
      staging.push(file);
      await (content === bytes ? file : staging.at(-STAGED_AT_ONCE));
    }
    const files = await Promise.all(staging);
    if (promised) requireDigest({ digest: hash.digest("hex") }, promised);
    return files;
  } catch (error) {
    const staged = await Promise.allSettled(staging);
    for (const result of staged) if (result.status === "fulfilled") await result.value.staged.discard();
    throw error;
  }
}
async function copyOf(bytes: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of bytes) pieces.push(Uint8Array.from(piece));
  return Buffer.concat(pieces);
}

async function* hashed(source: ByteSource, hash: Hash): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const piece of source) {
    hash.update(piece);
    yield piece;
  }
}

async function* decompressed(source: ByteSource): AsyncGenerator<Uint8Array, void, undefined> {
  const reader = new ByteReader(source);
  const isCompressed = (await reader.has(GZIP.length)) && reader.unread.subarray(0, GZIP.length).equals(GZIP);
  yield* isCompressed ? gunzip(reader.rest()) : reader.rest();
}
