import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  ListMultipartUploadsCommand,
  type ListMultipartUploadsCommandOutput,
  ListPartsCommand,
  type ListPartsCommandOutput,
  UploadPartCommand,
  UploadPartCopyCommand,
} from "@aws-sdk/client-s3";
import { CoreError } from "../../../core/errors.ts";
import type { ByteRange } from "../../../core/ports/blob-store.ts";
import { answer, BYTES, ifThere, type S3Bucket } from "./bucket.ts";
import { timeForLongWork, timeToSend } from "./client.ts";
import type { Payload } from "./payload.ts";
import { sendPayload } from "./retries.ts";

/** A part that S3 has; numbers begin with 1. */
export interface StoredPart {
  number: number;
  etag: string | undefined;
  /** Bytes, where they are known. */
  size?: number;
}

/** An object that is put in parts, and is there when it is completed. */
export class MultipartUpload {
  readonly key: string;
  readonly id: string;
  readonly #bucket: S3Bucket;

  constructor(bucket: S3Bucket, key: string, id: string) {
    this.#bucket = bucket;
    this.key = key;
    this.id = id;
  }

  static async start(bucket: S3Bucket, key: string): Promise<MultipartUpload> {
    const command = new CreateMultipartUploadCommand({ ...bucket.at(key), ContentType: BYTES });
    const { UploadId } = await answer(bucket.client.send(command));
    return new MultipartUpload(bucket, key, UploadId ?? "");
  }

  async put(number: number, payload: Payload): Promise<StoredPart> {
    const { size } = payload;
    const { ETag } = await sendPayload(payload, (body, signal) => {
      const command = new UploadPartCommand({ ...this.partAt(number), Body: body, ContentLength: size });
      return this.#bucket.client.send(command, { abortSignal: signal, ...timeToSend(size) });
    });
    return { number, etag: ETag, size };
  }

  /** A part of another object, which S3 copies itself. */
  async copy(number: number, from: string, { start, end }: ByteRange): Promise<StoredPart> {
    const command = new UploadPartCopyCommand({
      ...this.partAt(number),
      CopySource: this.#bucket.sourceOf(from),
      CopySourceRange: `bytes=${start}-${end - 1}`,
    });
    const { CopyPartResult } = await answer(this.#bucket.client.send(command, timeForLongWork));
    return { number, etag: CopyPartResult?.ETag, size: end - start };
  }

  /** What has been put, by number. Throws `notFound` where the upload is over. */
  async parts(): Promise<StoredPart[]> {
    const parts: StoredPart[] = [];
    for (let page = await this.#partsAfter(undefined); ; page = await this.#partsAfter(page.NextPartNumberMarker)) {
      for (const { PartNumber = 0, ETag, Size = 0 } of page.Parts ?? []) {
        parts.push({ number: PartNumber, etag: ETag, size: Size });
      }
      if (!page.IsTruncated) return parts;
    }
  }

  /** Makes the object of these parts. Throws `invalidValue` where one of them was not put or is too small, and `notFound`. */
  async complete(parts: readonly StoredPart[]): Promise<void> {
    const command = new CompleteMultipartUploadCommand({
      ...this.#itself,
      MultipartUpload: { Parts: parts.map(({ number, etag }) => ({ PartNumber: number, ETag: etag })) },
    });
    const done = await ifThere(
      this.#bucket.client.send(command, timeForLongWork),
      "NoSuchUpload",
      "InvalidPart",
      "EntityTooSmall",
    );
    // A repeated request finds nothing to complete where the answer to the first one was lost.
    if (done === undefined && (await this.#bucket.size(this.key)) === undefined) await this.#refuse();
  }

  /** Removes what has been put. Harmless where the upload is over. */
  async abort(): Promise<void> {
    await ifThere(this.#bucket.client.send(new AbortMultipartUploadCommand(this.#itself)), "NoSuchUpload");
  }

  /** What names a part in a command. */
  partAt(number: number) {
    return { ...this.#itself, PartNumber: number };
  }

  get #itself() {
    return { ...this.#bucket.at(this.key), UploadId: this.id };
  }

  async #partsAfter(marker: string | undefined): Promise<ListPartsCommandOutput> {
    const command = new ListPartsCommand({
      ...this.#itself,
      ...(marker !== undefined && { PartNumberMarker: marker }),
    });
    const page = await ifThere(this.#bucket.client.send(command), "NoSuchUpload");
    if (page === undefined) throw this.#over();
    return page;
  }

  /** Says why it can't be completed: it is over, or its parts are not those that were named. */
  async #refuse(): Promise<never> {
    await this.#partsAfter(undefined);
    const reason =
      "One of the parts was not put, has another ETag, or is smaller than a part that is not the last may be.";
    throw new CoreError("invalidValue", { field: "parts", reason });
  }

  #over(): CoreError {
    return new CoreError("notFound", { entity: "upload", by: "id", value: this.id });
  }
}

/** An upload in parts that nobody has completed, and when it began. */
export interface UnfinishedUpload {
  upload: MultipartUpload;
  startTime: Date;
}

/** Those below a prefix. Some servers (MinIO) know them by their exact key alone, some not at all. */
export async function* unfinishedUploads(bucket: S3Bucket, prefix: string): AsyncGenerator<UnfinishedUpload> {
  let page: ListMultipartUploadsCommandOutput | undefined;
  do {
    const command: ListMultipartUploadsCommand = new ListMultipartUploadsCommand({
      ...bucket.below(prefix),
      ...(page && { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker }),
    });
    page = await ifThere(bucket.client.send(command), "NotImplemented");
    if (page === undefined) return;
    for (const { Key, UploadId = "", Initiated = new Date() } of page.Uploads ?? []) {
      yield { upload: new MultipartUpload(bucket, bucket.withoutPrefix(Key), UploadId), startTime: Initiated };
    }
  } while (page.IsTruncated);
}
