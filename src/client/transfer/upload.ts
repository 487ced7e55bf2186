import { AlreadyExistsError, type ModelRegistryError, makeError } from "../errors.ts";
import { type NewModel, type StoredModel, toStoredModel, toWireMetadata, type WireModel } from "../stored-models.ts";
import type { HttpRequest, RequestOptions, Transport } from "../transport.ts";
import type { Progress } from "./progress.ts";
import { ResumableUploads } from "./resumable-uploads.ts";
import { createSha256, type Sha256 } from "./sha256.ts";
import { type Part, type PartedSource, partedSource, partOf, piecesOf, sizeOf, type UploadSource } from "./source.ts";

/**
 * What to keep, in `localStorage` or a file, so that another page or process can go on with an upload: plain JSON. The server keeps the
 * bytes for a day after the last of them came.
 */
export interface ResumableUpload {
  uploadId: string;
  /** Tells this file from others, by its name, size and time of change. */
  fingerprint: string;
}

export interface UploadOptions extends RequestOptions {
  /** Called after each part that has arrived, and at the end. */
  onProgress?: (progress: Progress) => void;
  /** Bytes of a stream, where they are known; it must bring as many. */
  size?: number;
  /** From this many bytes on, an upload goes in parts and survives broken connections (64 MiB). A stream does if it has more than a part. */
  resumableFrom?: number;
  /** Bytes that go in one request of a resumable upload, and of a stream are held in memory (8 MiB). */
  partSize?: number;
  /** Called once an upload that can be resumed has begun: what it gives is for `resume`. */
  onResumable?: (upload: ResumableUpload) => void;
  /**
   * Goes on with an earlier upload. Where that was of another file, or the server has forgotten it, this one begins at the beginning. The
   * source is read from its beginning in any case, for its digest.
   */
  resume?: ResumableUpload;
}

const MEBIBYTE = 1024 * 1024;
const RESUMABLE_FROM = 64 * MEBIBYTE;
const PART_SIZE = 8 * MEBIBYTE;
const MODELS = "/api/v1/models";

/** Finds a model that may be there already, because the answer that said so got lost. */
type FindModel = (
  filter: { name: string; version?: string; id?: string },
  signal: AbortSignal | undefined,
) => AsyncIterable<WireModel>;

/** Uploads of one client. */
export class Uploader {
  readonly #transport: Transport;
  readonly #uploads: ResumableUploads;
  readonly #find: FindModel;

  constructor(transport: Transport, find: FindModel) {
    this.#transport = transport;
    this.#uploads = new ResumableUploads(transport);
    this.#find = find;
  }

  async upload(source: UploadSource, model: NewModel, options: UploadOptions): Promise<StoredModel> {
    options.signal?.throwIfAborted();
    const parted = partedSource(source, options.size, options.signal);
    const { whole, size = 0 } = parted;
    const { resumableFrom = RESUMABLE_FROM, partSize = PART_SIZE } = options;
    if (!(partSize >= 1)) throw makeError("invalid-value", "A part has at least one byte.", { field: "partSize" });
    if (whole === undefined) return this.#uploadStream(parted, model, options, partSize);
    const isLarge = size >= resumableFrom && size > 0;
    return isLarge ? this.#uploadInParts(parted, model, options, partSize) : this.#uploadAtOnce(whole, model, options);
  }

  /** What fits into one part needs no more than one request. */
  async #uploadStream(source: PartedSource, model: NewModel, options: UploadOptions, partSize: number) {
    const parts = source.parts(partSize)[Symbol.asyncIterator]();
    try {
      const first = await parts.next();
      const whole = first.done ? new Uint8Array(0) : first.value;
      if (sizeOf(whole) < partSize) return await this.#uploadAtOnce(whole, model, options);
      const rest = { [Symbol.asyncIterator]: () => parts };
      return await this.#uploadInParts({ ...source, parts: () => prepend(whole, rest) }, model, options, partSize);
    } finally {
      await parts.return?.();
    }
  }

  async #uploadAtOnce(bytes: Part, model: NewModel, options: UploadOptions): Promise<StoredModel> {
    const { signal, onProgress } = options;
    const hash = await createSha256();
    await hashPart(hash, bytes, signal);
    const sha256 = hash.hex();
    requirePromised(model, sha256);
    const form = new FormData();
    form.append("metadata", JSON.stringify(toWireMetadata({ ...model, sha256 })));
    form.append("file", bytes instanceof Blob ? bytes : new Blob([bytes]), "file");
    // Without an id or a version, a second request would make a second version.
    const repeatable = model.id !== undefined || model.version !== undefined;
    const request = { method: "POST", path: MODELS, body: form, repeatable, signal } as const;
    const stored = await this.#create(request, model, sha256, signal);
    const total = sizeOf(bytes);
    onProgress?.({ bytes: total, total });
    return stored;
  }

  async #uploadInParts(source: PartedSource, model: NewModel, options: UploadOptions, partSize: number) {
    const { signal } = options;
    await this.#requireFree(model, signal);
    const begun = await this.#begin(source, options);
    try {
      const { sha256, size: storedBytes } = await this.#sendParts(source, begun, partSize, options);
      requirePromised(model, sha256);
      const json = { ...toWireMetadata({ ...model, sha256 }), upload_id: begun.uploadId };
      const request = { method: "POST", path: MODELS, json, repeatable: true, storedBytes, signal } as const;
      return await this.#create(request, model, sha256, signal);
    } catch (error) {
      // Who can't resume it has no use for it; who can may want the same bytes with other metadata.
      if (options.onResumable === undefined && options.resume === undefined) {
        await this.#uploads.delete(begun.uploadId).catch(() => undefined);
      }
      throw error;
    }
  }

  /** Says before gigabytes are sent what would be refused after them. */
  async #requireFree({ name, version, id }: NewModel, signal: AbortSignal | undefined): Promise<void> {
    const isTaken = async (filter: Parameters<FindModel>[0]) => {
      for await (const _taken of this.#find(filter, signal)) return true;
      return false;
    };
    if (version !== undefined && (await isTaken({ name, version }))) {
      throw taken(
        "version",
        `There is a version '${version}' of '${name}' already. Choose another, or delete that one.`,
      );
    }
    if (id !== undefined && (await isTaken({ name, id }))) {
      throw taken("id", `The id '${id}' is taken. Choose another, or delete that model.`);
    }
  }

  /** A new upload, or where the earlier one stopped. */
  async #begin(source: PartedSource, { resume, onResumable, signal }: UploadOptions) {
    const { fingerprint, size } = source;
    if (resume !== undefined && resume.fingerprint === fingerprint) {
      const offset = await this.#uploads.offsetOf(resume.uploadId, signal);
      if (offset !== undefined) return { uploadId: resume.uploadId, offset };
    }
    const uploadId = await this.#uploads.create(size, signal);
    if (fingerprint !== undefined) onResumable?.({ uploadId, fingerprint });
    return { uploadId, offset: 0 };
  }

  /** Sends what is not there yet, hashing everything on the way. */
  async #sendParts(
    source: PartedSource,
    begun: { uploadId: string; offset: number },
    partSize: number,
    { signal, onProgress }: UploadOptions,
  ): Promise<{ sha256: string; size: number }> {
    const hash = await createSha256();
    let sent = 0;
    for await (const part of source.parts(partSize)) {
      const skipped = Math.min(sizeOf(part), Math.max(0, begun.offset - sent));
      const place = { uploadId: begun.uploadId, offset: sent + skipped, signal };
      const missing = partOf(part, skipped, sizeOf(part));
      await Promise.all([this.#uploads.send(missing, place), hashPart(hash, part, signal)]);
      sent += sizeOf(part);
      onProgress?.({ bytes: sent, total: source.size });
    }
    if (source.size === undefined) await this.#uploads.finish({ uploadId: begun.uploadId, offset: sent, signal });
    return { sha256: hash.hex(), size: sent };
  }

  async #create(
    request: HttpRequest,
    model: NewModel,
    sha256: string,
    signal: AbortSignal | undefined,
  ): Promise<StoredModel> {
    const recover = (error: ModelRegistryError) => this.#findCreated(error, model, sha256, signal);
    const stored = toStoredModel(await this.#transport.json<WireModel>(request, recover));
    if (stored.sha256 === null || stored.sha256 === sha256) return stored;
    const message = `The server has the SHA-256 ${stored.sha256}, but ${sha256} was sent. Delete model ${stored.metadataId}, and upload it again.`;
    throw makeError("digest-mismatch", message);
  }

  /** The model that an earlier attempt has made: it has taken the id, the version or the finished upload. */
  async #findCreated(
    { code }: ModelRegistryError,
    { name, version, id }: NewModel,
    sha256: string,
    signal: AbortSignal | undefined,
  ): Promise<WireModel | undefined> {
    if (code !== "already-exists" && code !== "not-found") return undefined;
    const filter = { name, ...(version !== undefined && { version }), ...(id !== undefined && { id }) };
    for await (const found of this.#find(filter, signal)) return found.sha256 === sha256 ? found : undefined;
    return undefined;
  }
}

async function* prepend(first: Part, rest: AsyncIterable<Part>): AsyncIterable<Part> {
  yield first;
  yield* rest;
}

async function hashPart(hash: Sha256, part: Part, signal: AbortSignal | undefined): Promise<void> {
  if (!(part instanceof Blob)) return hash.update(part);
  for await (const piece of piecesOf(part.stream(), signal)) hash.update(piece);
}

/** What is already known to be refused isn't sent. */
function requirePromised({ sha256: promised }: NewModel, actual: string): void {
  if (promised === undefined || promised.toLowerCase() === actual) return;
  throw makeError("digest-mismatch", `The bytes have the SHA-256 ${actual}, not ${promised} as promised.`);
}

function taken(field: string, message: string): AlreadyExistsError {
  return new AlreadyExistsError("already-exists", message, { status: 409, field });
}
