import { createHash } from "node:crypto";
import { CoreError } from "../../../core/errors.ts";
import type { ByteSource, PartialUploadId, PartialUploads, StagedBlob } from "../../../core/ports/blob-store.ts";
import type { S3Bucket } from "./bucket.ts";
import { type PlannedPart, planParts, type Segment, totalSize } from "./joining.ts";
import { MultipartUpload, type StoredPart } from "./multipart-upload.ts";
import { readObject } from "./object-reader.ts";
import { ObjectWriter } from "./object-writer.ts";
import { OBJECTS, type ObjectContent } from "./objects.ts";
import type { PartStorage } from "./part.ts";
import { SMALLEST_PART_BYTES } from "./part-sizes.ts";
import type { Payload } from "./payload.ts";
import { UploadPieces } from "./upload-pieces.ts";

/** Parts of a joined object that are made at once. */
const PARTS_AT_ONCE = 4;

/** Where joined uploads become blobs. */
export interface Stage {
  newName(): string;
  /** An object under that name that is complete. */
  staged(name: string, content: ObjectContent): StagedBlob;
  stage(source: ByteSource): Promise<StagedBlob>;
}

/** Partial uploads as objects, one for each request that brought bytes. */
export class S3PartialUploads implements PartialUploads {
  readonly #bucket: S3Bucket;
  readonly #storage: PartStorage;
  readonly #stage: Stage;
  readonly #pieces: UploadPieces;
  /** Nothing of them is left in parts by a request that was interrupted. */
  readonly #recovered = new Set<PartialUploadId>();

  constructor(bucket: S3Bucket, storage: PartStorage, stage: Stage) {
    this.#bucket = bucket;
    this.#storage = storage;
    this.#stage = stage;
    this.#pieces = new UploadPieces(bucket);
  }

  async append(
    id: PartialUploadId,
    offset: number,
    source: ByteSource,
    maximumSize = Number.POSITIVE_INFINITY,
  ): Promise<number> {
    const needsEnd = await this.#pieces.cut(id, offset);
    const writer = new ObjectWriter(this.#bucket, this.#pieces.keyOf(id, offset), this.#storage);
    try {
      for await (const bytes of source) {
        const room = maximumSize - offset - writer.size;
        await writer.write(bytes.subarray(0, room));
        if (bytes.length > room)
          throw new CoreError("tooLarge", { what: "The upload", limit: maximumSize, unit: "bytes" });
      }
    } finally {
      // What has come counts, however the source ended.
      if (writer.size > 0 || needsEnd) await this.#finish(id, writer);
    }
    return offset + writer.size;
  }

  async size(id: PartialUploadId): Promise<number> {
    await this.#recover(id);
    return this.#pieces.size(id);
  }

  async stage(ids: readonly PartialUploadId[]): Promise<StagedBlob> {
    const segments: Segment[] = [];
    for (const id of ids) {
      await this.#recover(id);
      segments.push(...(await this.#pieces.segments(id)));
    }
    const size = totalSize(segments);
    return size < SMALLEST_PART_BYTES ? this.#stage.stage(this.#read(segments)) : this.#join(segments, size);
  }

  async discard(id: PartialUploadId): Promise<void> {
    this.#recovered.delete(id);
    await this.#pieces.remove(id);
  }

  ids(): AsyncIterable<PartialUploadId> {
    return this.#pieces.ids();
  }

  /** Where S3 fails, the parts that it has are put together when the size is asked for. */
  async #finish(id: PartialUploadId, writer: ObjectWriter): Promise<void> {
    try {
      await writer.finish();
    } catch (error) {
      this.#recovered.delete(id);
      await writer.leave();
      throw error;
    }
  }

  async #recover(id: PartialUploadId): Promise<void> {
    if (this.#recovered.has(id)) return;
    await this.#pieces.recover(id);
    this.#recovered.add(id);
  }

  /** Reads the bytes once, for their digest, while S3 copies what it can by itself. */
  async #join(segments: readonly Segment[], size: number): Promise<StagedBlob> {
    const name = this.#stage.newName();
    const upload = await MultipartUpload.start(this.#bucket, OBJECTS + name);
    const [joined, digest] = await Promise.allSettled([
      this.#makeParts(upload, planParts(segments)),
      this.#hash(segments),
    ]);
    try {
      await upload.complete(settledValue(joined));
      return this.#stage.staged(name, { digest: settledValue(digest), size });
    } catch (error) {
      await upload.abort().catch(() => undefined);
      throw error;
    }
  }

  /** In order of their numbers. */
  async #makeParts(upload: MultipartUpload, plan: readonly PlannedPart[]): Promise<StoredPart[]> {
    const parts: StoredPart[] = [];
    let next = 0;
    const worker = async () => {
      for (let part = plan[next]; part; part = plan[next]) {
        const index = next++;
        parts[index] = await this.#makePart(upload, index + 1, part);
      }
    };
    await Promise.all(Array.from({ length: PARTS_AT_ONCE }, worker));
    return parts;
  }

  #makePart(upload: MultipartUpload, number: number, part: PlannedPart): Promise<StoredPart> {
    if ("copy" in part) return upload.copy(number, part.copy.key, part.copy);
    const payload: Payload = { size: totalSize(part.send), read: () => copies(this.#read(part.send)) };
    return upload.put(number, payload);
  }

  async #hash(segments: readonly Segment[]): Promise<string> {
    const hash = createHash("sha256");
    for await (const piece of this.#read(segments)) hash.update(piece);
    return hash.digest("hex");
  }

  async *#read(segments: readonly Segment[]): AsyncGenerator<Uint8Array> {
    for (const { key, ...range } of segments) yield* readObject(this.#bucket, key, range);
  }
}

/** The stream that sends them is ahead of what has been sent. */
async function* copies(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const piece of pieces) yield Buffer.from(piece);
}

function settledValue<T>(result: PromiseSettledResult<T>): T {
  if (result.status === "rejected") throw result.reason;
  return result.value;
}
