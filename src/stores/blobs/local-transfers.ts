import { randomUUID } from "node:crypto";
import { link, mkdir, open, readdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { CoreError } from "../../core/errors.ts";
import type { Digest } from "../../core/model/artifacts.ts";
import type { BlobStore, ByteSource, StagedBlob } from "../../core/ports/blob-store.ts";
import type {
  DirectUploadId,
  DownloadHeaders,
  OwnTransfers,
  SignedRequest,
  UploadedPart,
} from "../../core/ports/direct-transfers.ts";
import { readFileRange } from "./file-reader.ts";
import { ifThere, needingSpace, PRIVATE_DIRECTORY, syncDirectory } from "./files.ts";
import type { BlobLayout } from "./layout.ts";
import type { StagingArea } from "./local-partial-uploads.ts";
import { RequestSigner } from "./request-signer.ts";
import { hashStaged, removeStaged, stageFile } from "./staging.ts";

export interface OwnTransfersOptions {
  /** What the signatures are made with. */
  secret: Uint8Array;
  /** Path of this server below which signed requests are answered, without a closing slash. */
  prefix: string;
  /** Milliseconds since 1970. */
  now(): number;
}

const LIFETIME_MS = 24 * 60 * 60 * 1000;

/** The file of a body that was put in one request; those of parts begin with a number. */
const BODY = "body";

/**
 * Signed requests that come back to this server. Each upload has a folder; a part is the file `<number>.<digest>` in it, so that
 * its ETag, the digest, says which of several attempts is meant.
 */
export class LocalTransfers implements OwnTransfers {
  readonly minimumPartSize = 0;
  readonly maximumPartSize = Number.MAX_SAFE_INTEGER;
  readonly maximumParts = 10_000;
  readonly #blobs: BlobStore;
  readonly #layout: BlobLayout;
  readonly #staging: StagingArea;
  readonly #signer: RequestSigner;
  readonly #options: OwnTransfersOptions;
  #forgotten = 0;

  constructor(blobs: BlobStore, layout: BlobLayout, staging: StagingArea, options: OwnTransfersOptions) {
    this.#blobs = blobs;
    this.#layout = layout;
    this.#staging = staging;
    this.#signer = new RequestSigner(options.secret);
    this.#options = options;
  }

  async signDownload(
    digest: Digest,
    expiresIn: number,
    { contentType, contentDisposition }: DownloadHeaders = {},
  ): Promise<SignedRequest | undefined> {
    if ((await this.#blobs.size(digest)) === undefined) return undefined;
    return this.#sign("GET", `blobs/${digest}`, expiresIn, {
      ...(contentType !== undefined && { type: contentType }),
      ...(contentDisposition !== undefined && { disposition: contentDisposition }),
    });
  }

  startMultipart(): Promise<DirectUploadId> {
    return this.#start();
  }

  async signPart(upload: DirectUploadId, partNumber: number, expiresIn: number): Promise<SignedRequest> {
    return this.#sign("PUT", `parts/${upload}/${partNumber}`, expiresIn);
  }

  async completeMultipart(upload: DirectUploadId, parts: readonly UploadedPart[]): Promise<StagedBlob> {
    await this.#requireUpload(upload);
    if (parts.length === 0) throw invalidParts("Name the parts that were put, at least one.");
    const paths = parts.toSorted((one, other) => one.number - other.number).map((part) => this.#partPath(upload, part));
    if (new Set(parts.map(({ number }) => number)).size < parts.length)
      throw invalidParts("Each part may be named once.");
    for (const path of paths) if (!(await isThere(path))) throw invalidParts(MISSING_PART);
    const staged = this.#staging.newPath();
    const content = await needingSpace(stageFile(staged, readAll(paths), Number.POSITIVE_INFINITY));
    return this.#endingWith(upload, this.#staging.staged(staged, content));
  }

  async abortMultipart(upload: DirectUploadId): Promise<void> {
    await rm(this.#directoryOf(upload), { recursive: true, force: true });
  }

  async startPut(expiresIn: number): Promise<{ upload: DirectUploadId; request: SignedRequest }> {
    const upload = await this.#start();
    return { upload, request: this.#sign("PUT", `bodies/${upload}`, expiresIn) };
  }

  async adoptPut(upload: DirectUploadId): Promise<StagedBlob | undefined> {
    const staged = this.#staging.newPath();
    const body = join(this.#directoryOf(upload), BODY);
    if (!(await ifThere(link(body, staged).then(() => true)))) return undefined;
    const content = await needingSpace(hashStaged(staged));
    return this.#endingWith(upload, this.#staging.staged(staged, content));
  }

  isSigned(method: SignedRequest["method"], path: string, query: ReadonlyMap<string, string>): boolean {
    return this.#signer.isSigned(method, path, query, this.#options.now() / 1000);
  }

  async receive(upload: DirectUploadId, partNumber: number | undefined, source: ByteSource): Promise<string> {
    await this.#requireUpload(upload);
    const path = this.#layout.newUploadPath();
    try {
      const { digest } = await needingSpace(stageFile(path, source, this.maximumPartSize));
      const name = partNumber === undefined ? BODY : partName(partNumber, digest);
      const renamed = await ifThere(rename(path, join(this.#directoryOf(upload), name)).then(() => true));
      if (!renamed) throw isOver(upload);
      await ifThere(syncDirectory(this.#directoryOf(upload)));
      return `"${digest}"`;
    } finally {
      await removeStaged(path);
    }
  }

  #sign(
    method: SignedRequest["method"],
    path: string,
    expiresIn: number,
    fields: Readonly<Record<string, string>> = {},
  ): SignedRequest {
    const { prefix, now } = this.#options;
    const expires = Math.floor(now() / 1000) + expiresIn;
    return { method, url: this.#signer.sign(method, `${prefix}/${path}`, expires, fields), headers: {} };
  }

  async #start(): Promise<DirectUploadId> {
    await this.#forgetOldUploads();
    const upload = randomUUID();
    await mkdir(this.#directoryOf(upload), { mode: PRIVATE_DIRECTORY });
    await syncDirectory(this.#layout.transfers);
    return upload;
  }

  /** An upload is over when its file is published. */
  #endingWith(upload: DirectUploadId, staged: StagedBlob): StagedBlob {
    return {
      ...staged,
      publish: async (commit) => {
        const result = await staged.publish(commit);
        await this.abortMultipart(upload);
        return result;
      },
    };
  }

  /** Looks once an hour: those that are a day old have been given up. */
  async #forgetOldUploads(): Promise<void> {
    const now = this.#options.now();
    if (now - this.#forgotten < LIFETIME_MS / 24) return;
    this.#forgotten = now;
    for (const upload of await readdir(this.#layout.transfers)) {
      const began = await ifThere(stat(this.#directoryOf(upload)));
      if (began !== undefined && now - began.mtimeMs > LIFETIME_MS) await this.abortMultipart(upload);
    }
  }

  async #requireUpload(upload: DirectUploadId): Promise<void> {
    if (!(await isThere(this.#directoryOf(upload)))) throw isOver(upload);
  }

  #partPath(upload: DirectUploadId, { number, etag }: UploadedPart): string {
    const [, digest] = /^"?([0-9a-f]{64})"?$/.exec(etag) ?? [];
    if (digest === undefined || !Number.isInteger(number)) throw invalidParts(MISSING_PART);
    return join(this.#directoryOf(upload), partName(number, digest));
  }

  #directoryOf(upload: DirectUploadId): string {
    if (!/^[0-9a-f-]{36}$/.test(upload))
      throw new CoreError("invalidValue", { field: "upload_id", reason: "This is no upload." });
    return join(this.#layout.transfers, upload);
  }
}

const MISSING_PART = "A part was not put, or has another ETag. Put it again and name the ETag of its answer.";

function invalidParts(reason: string): CoreError {
  return new CoreError("invalidValue", { field: "parts", reason });
}

function partName(number: number, digest: Digest): string {
  return `${number}.${digest}`;
}

function isOver(upload: DirectUploadId): CoreError {
  return new CoreError("notFound", { entity: "upload", by: "id", value: upload });
}

async function isThere(path: string): Promise<boolean> {
  return (await ifThere(stat(path))) !== undefined;
}

async function* readAll(paths: readonly string[]): AsyncIterable<Uint8Array> {
  for (const path of paths) {
    const handle = await open(path);
    yield* readFileRange(handle, { start: 0, end: (await handle.stat()).size });
  }
}
