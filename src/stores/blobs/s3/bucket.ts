import type { Readable } from "node:stream";
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  type ListObjectsV2CommandOutput,
  PutObjectCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import type { ByteRange } from "../../../core/ports/blob-store.ts";
import { timeForLongWork, timeToSend } from "./client.ts";
import { isAnswer, refusalFor } from "./failures.ts";
import type { Payload } from "./payload.ts";
import { sendPayload } from "./retries.ts";

export interface StoredObject {
  /** Without the prefix. */
  key: string;
  /** Bytes. */
  size: number;
  lastModified: Date;
}

export interface ObjectBody {
  etag: string | undefined;
  stream: Readable;
}

/**
 * The objects below one prefix of a bucket. Keys are without the prefix. Every method throws `unavailable` where S3 does not answer or
 * refuses, after a few attempts.
 */
export class S3Bucket {
  readonly client: S3Client;
  readonly name: string;
  readonly #prefix: string;

  constructor(client: S3Client, name: string, prefix: string) {
    this.client = client;
    this.name = name;
    this.#prefix = prefix;
  }

  /** What names an object in a command. */
  at(key: string): { Bucket: string; Key: string } {
    return { Bucket: this.name, Key: this.#prefix + key };
  }

  /** Below which all keys of a listing lie, in a command. */
  below(prefix: string): { Bucket: string; Prefix: string } {
    return { Bucket: this.name, Prefix: this.#prefix + prefix };
  }

  withoutPrefix(key: string | undefined): string {
    return (key ?? "").slice(this.#prefix.length);
  }

  /** Writes an object, in place of the one that was there. */
  async put(key: string, payload: Payload): Promise<void> {
    await sendPayload(payload, (body, signal) => {
      const command = new PutObjectCommand({
        ...this.at(key),
        Body: body,
        ContentLength: payload.size,
        ContentType: BYTES,
      });
      return this.client.send(command, { abortSignal: signal, ...timeToSend(payload.size) });
    });
  }

  /** Writes a small object of text. */
  async putText(key: string, text: string): Promise<void> {
    const body = Buffer.from(text);
    // Of an empty body the SDK says no length by itself, which S3 demands.
    const command = new PutObjectCommand({ ...this.at(key), Body: body, ContentLength: body.length });
    await answer(this.client.send(command));
  }

  /** Undefined where there is none. */
  async getText(key: string): Promise<string | undefined> {
    const object = await ifThere(this.client.send(new GetObjectCommand(this.at(key))));
    return object?.Body?.transformToString();
  }

  /**
   * The bytes of a part as they come; undefined where there is no such object, or where it is no longer the one of `etag`. Whoever
   * asks reads the stream or destroys it.
   */
  async get(key: string, { start, end }: ByteRange, etag?: string): Promise<ObjectBody | undefined> {
    const command = new GetObjectCommand({
      ...this.at(key),
      Range: `bytes=${start}-${end - 1}`,
      ...(etag !== undefined && { IfMatch: etag }),
    });
    const object = await ifThere(this.client.send(command), 412);
    return object && { etag: object.ETag, stream: object.Body as Readable };
  }

  /** Bytes, or undefined where there is no such object. */
  async size(key: string): Promise<number | undefined> {
    const head = await ifThere(this.client.send(new HeadObjectCommand(this.at(key))));
    return head && (head.ContentLength ?? 0);
  }

  /** A copy that S3 makes itself, of an object of up to 5 GiB; false where there is none. */
  async copy(from: string, to: string): Promise<boolean> {
    const command = new CopyObjectCommand({ ...this.at(to), CopySource: this.sourceOf(from) });
    return (await ifThere(this.client.send(command, timeForLongWork))) !== undefined;
  }

  /** What names an object that is copied from. */
  sourceOf(key: string): string {
    return `${this.name}/${encodeURIComponent(this.#prefix + key).replaceAll("%2F", "/")}`;
  }

  /** Harmless where there is none. */
  async delete(key: string): Promise<void> {
    await ifThere(this.client.send(new DeleteObjectCommand(this.at(key))));
  }

  /** Every object whose key begins with `prefix`, by key. */
  async *list(prefix: string): AsyncGenerator<StoredObject> {
    let token: string | undefined;
    do {
      const page = await this.#listPage(prefix, token);
      for (const { Key, Size = 0, LastModified = new Date(0) } of page.Contents ?? []) {
        yield { key: this.withoutPrefix(Key), size: Size, lastModified: LastModified };
      }
      token = page.NextContinuationToken;
    } while (token !== undefined);
  }

  #listPage(prefix: string, token: string | undefined): Promise<ListObjectsV2CommandOutput> {
    return answer(
      this.client.send(
        new ListObjectsV2Command({ ...this.below(prefix), ...(token !== undefined && { ContinuationToken: token }) }),
      ),
    );
  }
}

/** Nobody shows them as what they may claim to be. */
export const BYTES = "application/octet-stream";

/** Turns what fails into a `CoreError`. */
export async function answer<T>(request: Promise<T>): Promise<T> {
  try {
    return await request;
  } catch (error) {
    throw refusalFor(error);
  }
}

/** As `answer`; undefined where there is no such object, or where S3 answers with one of these. */
export async function ifThere<T>(request: Promise<T>, ...others: (string | number)[]): Promise<T | undefined> {
  try {
    return await request;
  } catch (error) {
    // Not every 404: some servers say so of keys, or of buckets. A HEAD's has no code of S3.
    if (isAnswer(error, "NoSuchKey", "NotFound", ...others)) return undefined;
    throw refusalFor(error);
  }
}
