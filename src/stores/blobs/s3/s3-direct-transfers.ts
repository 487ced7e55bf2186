import { GetObjectCommand, PutObjectCommand, type S3Client, UploadPartCommand } from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { CoreError } from "../../../core/errors.ts";
import type { Digest } from "../../../core/model/artifacts.ts";
import type { StagedBlob } from "../../../core/ports/blob-store.ts";
import type {
  DirectTransfers,
  DirectUploadId,
  DownloadHeaders,
  SignedRequest,
  UploadedPart,
} from "../../../core/ports/direct-transfers.ts";
import { answer, type S3Bucket } from "./bucket.ts";
import { MultipartUpload, type StoredPart } from "./multipart-upload.ts";
import type { ObjectContent, Objects } from "./objects.ts";
import { LARGEST_PART_BYTES, MOST_PARTS, SMALLEST_PART_BYTES } from "./part-sizes.ts";
import type { Pointers } from "./pointers.ts";

/** Where bodies are put that are not adopted yet: by URLs that hold on, so they are no place for a blob. */
export const DIRECT = "direct/";

/** The name of an object and, behind a point, S3's name of the upload. */
const UPLOAD_ID = /^([0-9a-f-]{36})\.(.{1,1900})$/;
const PUT_ID = /^[0-9a-f-]{36}$/;

/** What a store lends for it. */
export interface DirectAccess {
  bucket: S3Bucket;
  objects: Objects;
  pointers: Pointers;
  /** An object that is complete. */
  staged(name: string, content: ObjectContent): StagedBlob;
}

/** Requests to the objects of a store, signed for others. */
export class S3DirectTransfers implements DirectTransfers {
  readonly minimumPartSize = SMALLEST_PART_BYTES;
  readonly maximumPartSize = LARGEST_PART_BYTES;
  readonly maximumParts = MOST_PARTS;
  readonly #signer: S3Client;
  readonly #access: DirectAccess;
  readonly #completing = new Set<DirectUploadId>();

  /** `signer` knows S3 by the address at which clients reach it. */
  constructor(signer: S3Client, access: DirectAccess) {
    this.#signer = signer;
    this.#access = access;
  }

  async signDownload(
    digest: Digest,
    expiresIn: number,
    { contentType, contentDisposition }: DownloadHeaders = {},
  ): Promise<SignedRequest | undefined> {
    const { bucket, objects, pointers } = this.#access;
    const pointer = await pointers.find(digest);
    if (pointer === undefined) return undefined;
    const command = new GetObjectCommand({
      ...bucket.at(objects.keyOf(pointer.object)),
      ...(contentType !== undefined && { ResponseContentType: contentType }),
      ...(contentDisposition !== undefined && { ResponseContentDisposition: contentDisposition }),
    });
    return { method: "GET", url: await answer(getSignedUrl(this.#signer, command, { expiresIn })), headers: {} };
  }

  async startMultipart(): Promise<DirectUploadId> {
    const { bucket, objects } = this.#access;
    const name = objects.newName();
    const { id } = await MultipartUpload.start(bucket, objects.keyOf(name));
    return `${name}.${id}`;
  }

  async signPart(upload: DirectUploadId, partNumber: number, expiresIn: number): Promise<SignedRequest> {
    if (!Number.isInteger(partNumber) || partNumber < 1 || partNumber > MOST_PARTS) {
      throw invalid("part_number", `Give the number of a part, from 1 to ${MOST_PARTS}.`);
    }
    const command = new UploadPartCommand(this.#find(upload).multipart.partAt(partNumber));
    return { method: "PUT", url: await answer(getSignedUrl(this.#signer, command, { expiresIn })), headers: {} };
  }

  async completeMultipart(upload: DirectUploadId, parts: readonly UploadedPart[]): Promise<StagedBlob> {
    const { name, multipart } = this.#find(upload);
    // S3 says yes to whoever completes it again; two must not think that the object is theirs.
    if (this.#completing.has(upload)) throw notFound(upload);
    this.#completing.add(upload);
    try {
      // That it has parts shows that the upload belongs to this object, and is not over.
      const chosen = choose(parts, await multipart.parts());
      await multipart.complete(chosen);
      return await this.#adopt(name, totalSize(chosen));
    } finally {
      this.#completing.delete(upload);
    }
  }

  async abortMultipart(upload: DirectUploadId): Promise<void> {
    await this.#find(upload).multipart.abort();
  }

  async startPut(expiresIn: number): Promise<{ upload: DirectUploadId; request: SignedRequest }> {
    const { bucket, objects } = this.#access;
    const upload = objects.newName();
    const command = new PutObjectCommand(bucket.at(DIRECT + upload));
    const url = await answer(getSignedUrl(this.#signer, command, { expiresIn }));
    return { upload, request: { method: "PUT", url, headers: {} } };
  }

  async adoptPut(upload: DirectUploadId): Promise<StagedBlob | undefined> {
    if (!PUT_ID.test(upload)) throw invalidUpload();
    const { bucket, objects } = this.#access;
    const name = objects.newName();
    if (!(await bucket.copy(DIRECT + upload, objects.keyOf(name)))) return undefined;
    const staged = await this.#adopt(name, (await bucket.size(objects.keyOf(name))) ?? 0);
    return {
      ...staged,
      // Not before it is published: the client has been told that it is there, and the process may die until then.
      publish: async (commit) => {
        const result = await staged.publish(commit);
        await bucket.delete(DIRECT + upload);
        return result;
      },
    };
  }

  async #adopt(name: string, size: number): Promise<StagedBlob> {
    const { objects, staged } = this.#access;
    try {
      return staged(name, { digest: await objects.hash(name, size), size });
    } catch (error) {
      await objects.remove(name).catch(() => undefined);
      throw error;
    }
  }

  #find(upload: DirectUploadId): { name: string; multipart: MultipartUpload } {
    const [, name, id] = UPLOAD_ID.exec(upload) ?? [];
    if (name === undefined || id === undefined) throw invalidUpload();
    const { bucket, objects } = this.#access;
    return { name, multipart: new MultipartUpload(bucket, objects.keyOf(name), id) };
  }
}

/** The parts that were put, as they were named; throws `invalidValue` where one of them was not. */
function choose(named: readonly UploadedPart[], put: readonly StoredPart[]): StoredPart[] {
  if (named.length === 0) throw invalid("parts", "Name the parts that were put, at least one.");
  const byNumber = new Map(put.map((part) => [part.number, part]));
  const chosen = new Map(named.map((part) => [part.number, requirePut(part, byNumber.get(part.number))]));
  return [...chosen.values()].sort((one, other) => one.number - other.number);
}

function requirePut({ number, etag }: UploadedPart, part: StoredPart | undefined): StoredPart {
  if (part !== undefined && bare(part.etag) === bare(etag)) return part;
  const what = part === undefined ? "was not put" : "has another ETag";
  throw invalid("parts", `Part ${number} ${what}. Put it again, and name it by the ETag of the answer.`);
}

/** With or without quotation marks is the same. */
function bare(etag: string | undefined): string | undefined {
  return etag?.replaceAll('"', "");
}

function totalSize(parts: readonly StoredPart[]): number {
  return parts.reduce((size, part) => size + (part.size ?? 0), 0);
}

function invalid(field: string, reason: string): CoreError {
  return new CoreError("invalidValue", { field, reason });
}

function invalidUpload(): CoreError {
  return invalid("upload_id", "Give the id that the upload was started with.");
}

function notFound(upload: DirectUploadId): CoreError {
  return new CoreError("notFound", { entity: "upload", by: "id", value: upload });
}
