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

/**
 * Stages every file of a tar archive, which may be compressed with gzip. Throws as `readTar` and `gunzip`, and `digestMismatch` where the
 * archive itself has not the SHA-256 that was promised; then nothing stays. Whoever calls publishes the files or discards them.
 */
export async function unpackTar(
  context: OperationContext,
  source: ByteSource,
  promised?: Digest,
): Promise<UnpackedFile[]> {
  const files: UnpackedFile[] = [];
  const hash = createHash("sha256");
  try {
    for await (const { path, bytes } of readTar(decompressed(promised ? hashed(source, hash) : source))) {
      files.push({ path, staged: await context.blobs.stage(bytes) });
    }
    if (promised) requireDigest({ digest: hash.digest("hex") }, promised);
    return files;
  } catch (error) {
    for (const { staged } of files) await staged.discard();
    throw error;
  }
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
