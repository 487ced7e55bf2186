import { setTimeout } from "node:timers/promises";
import { GetObjectCommand, HeadObjectCommand, S3Client } from "@aws-sdk/client-s3";
import type { ByteRange } from "../../core/ports/blob-store.ts";
import { patiently, WAITS_MS } from "../patience.ts";
import { NotCopied } from "../problems.ts";
import { SourceError } from "../source-error.ts";

/** Where the objects of the earlier registry are. */
export interface ObjectSettings {
  /** `http://host:9000` */
  endpoint: string;
  region: string;
  /** As the SDK finds them where they are absent. */
  credentials?: { accessKeyId: string; secretAccessKey: string };
}

export interface ObjectInfo {
  /** Bytes. */
  size: number;
  /** As the server writes it, with its quotes. */
  etag: string;
  /** The MD5 of the bytes in hexadecimal, where the ETag is one: of objects that came in one part and are not encrypted by a key. */
  md5?: string;
  /** ms since the epoch. */
  lastModified?: number;
}

const CONNECTION_TIMEOUT_MS = 10_000;
/** Without a byte, a connection is given up. */
const SILENCE_TIMEOUT_MS = 60_000;

/** Codes of S3 and of what answers like it, where there is no such object. */
const MISSING = new Set(["NoSuchKey", "NotFound", "NoSuchVersion"]);

/** Codes that say something of one object, or of its name, and nothing of the others. */
const OF_ONE_OBJECT = new Set([
  ...["AccessDenied", "InvalidObjectState", "InvalidBucketName", "InvalidObjectName", "XMinioInvalidObjectName"],
  ...["KeyTooLongError", "InvalidURI", "XMinioInvalidResourceName"],
]);

/** The bucket and the key of an object. */
export interface ObjectPlace {
  bucket: string;
  key: string;
}

/** The objects of an S3 server, to be read. */
export class ObjectSource {
  readonly #client: S3Client;
  readonly #endpoint: string;

  constructor({ endpoint, region, credentials }: ObjectSettings) {
    this.#endpoint = endpoint;
    this.#client = new S3Client({
      endpoint,
      region,
      forcePathStyle: true,
      maxAttempts: 3,
      // Newer checksums are unknown to many servers.
      responseChecksumValidation: "WHEN_REQUIRED",
      ignoreConfiguredEndpointUrls: true,
      requestHandler: { connectionTimeout: CONNECTION_TIMEOUT_MS, socketTimeout: SILENCE_TIMEOUT_MS },
      ...(credentials && { credentials }),
    });
  }

  /** Throws `NotCopied` where there is no such object or it may not be read, and `SourceError` where no object can be. */
  async stat(place: ObjectPlace): Promise<ObjectInfo> {
    try {
      return toInfo(await patiently(isTransient, () => this.#client.send(new HeadObjectCommand(toInput(place)))));
    } catch (error) {
      // The answer to HEAD has no body, and so no reason.
      throw this.#explain(statusOf(error) === undefined ? error : await this.#reasonOf(place, error), place);
    }
  }

  /**
   * The bytes of a range. Where the connection breaks, reading goes on where it stopped. Throws `NotCopied` where the object is not the
   * one with this ETag any more, `SourceError` where it can't be read to the end.
   */
  async *read(place: ObjectPlace, { etag }: ObjectInfo, { start, end }: ByteRange): AsyncGenerator<Uint8Array> {
    let position = start;
    for (let failures = 0; position < end; ) {
      try {
        for await (const piece of await this.#open(place, etag, { start: position, end })) {
          failures = 0;
          position += piece.length;
          yield piece;
        }
        if (position < end) throw new Error("The connection ended before the object did");
      } catch (error) {
        const wait = WAITS_MS[failures++];
        if (wait === undefined || !isTransient(error)) throw this.#explain(error, place);
        await setTimeout(wait);
      }
    }
  }

  close(): void {
    this.#client.destroy();
  }

  async #open(place: ObjectPlace, etag: string, { start, end }: ByteRange): Promise<AsyncIterable<Uint8Array>> {
    const part = { IfMatch: etag, Range: `bytes=${start}-${end - 1}` };
    const { Body } = await this.#client.send(new GetObjectCommand({ ...toInput(place), ...part }));
    return Body as unknown as AsyncIterable<Uint8Array>;
  }

  async #reasonOf(place: ObjectPlace, error: unknown): Promise<unknown> {
    try {
      const { Body } = await this.#client.send(new GetObjectCommand({ ...toInput(place), Range: "bytes=0-0" }));
      await (Body as { transformToByteArray(): Promise<unknown> }).transformToByteArray();
      return error;
    } catch (reason) {
      return reason;
    }
  }

  #explain(error: unknown, { bucket, key }: ObjectPlace): unknown {
    if (error instanceof NotCopied || error instanceof SourceError || !(error instanceof Error)) return error;
    const status = statusOf(error);
    const code = error.name;
    const object = `the object ${JSON.stringify(key)} of the bucket ${JSON.stringify(bucket)}`;
    if (code === "NoSuchBucket" || MISSING.has(code)) {
      const reason =
        code === "NoSuchBucket" ? `there is no bucket ${JSON.stringify(bucket)}` : `${object} does not exist`;
      return new NotCopied({ reason, advice: "Put the object back where the document says, or remove the document." });
    }
    if (status === 412) {
      return new NotCopied({ reason: `${object} was replaced while it was read`, advice: "Run the import again." });
    }
    if (OF_ONE_OBJECT.has(code)) {
      return new NotCopied({
        reason: `${object} can't be read (${code})`,
        advice: "See to it, then run the import again.",
      });
    }
    return new SourceError(this.#describe(status, code, error));
  }

  #describe(status: number | undefined, code: string, error: Error): string {
    const where = `S3 at ${this.#endpoint}`;
    if (code === "CredentialsProviderError")
      return `There are no credentials for ${where}. Set MINIO_ACCESS_KEY and MINIO_SECRET_KEY.`;
    if (status === 401 || status === 403 || /AccessKey|UserNotFound|Token/.test(code))
      return `${where} refuses the credentials (${code}). Check MINIO_ACCESS_KEY and MINIO_SECRET_KEY.`;
    if (status !== undefined) return `${where} answers with an error: ${status} ${code}. Its own log says why.`;
    const reason = systemCodeOf(error);
    if (/CERT|SIGNED|VERIFY|ISSUER/.test(reason))
      return `The certificate of ${where} is not trusted here (${reason}). Give the certificate of its authority with --ca-file.`;
    if (reason === "EPROTO")
      return `${where} does not speak TLS as it should. If it speaks plain HTTP, give http:// instead of https://.`;
    return `${where} can't be reached: ${reason}. Check --s3 (MINIO_ENDPOINT), and that the server runs.`;
  }
}

function toInput({ bucket, key }: ObjectPlace) {
  return { Bucket: bucket, Key: key };
}

function toInfo(head: {
  ContentLength?: number | undefined;
  ETag?: string | undefined;
  LastModified?: Date | undefined;
  ServerSideEncryption?: string | undefined;
  SSECustomerAlgorithm?: string | undefined;
}): ObjectInfo {
  const {
    ContentLength: size = 0,
    ETag: etag = "",
    LastModified: lastModified,
    ServerSideEncryption: encryption,
  } = head;
  const [, md5] = /^"?([0-9a-f]{32})"?$/i.exec(etag) ?? [];
  const isPlain = (encryption === undefined || encryption === "AES256") && head.SSECustomerAlgorithm === undefined;
  return {
    size,
    etag,
    ...(md5 && isPlain && { md5: md5.toLowerCase() }),
    ...(lastModified && { lastModified: lastModified.getTime() }),
  };
}

/** HTTP status of S3's answer; undefined: there was none. */
function statusOf(error: unknown): number | undefined {
  return (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
}

/** Whether the same request may well succeed a little later. */
function isTransient(error: unknown): boolean {
  const status = statusOf(error);
  if (status !== undefined) return status === 429 || (status >= 500 && status !== 501);
  return (
    error instanceof Error && !/Credentials|CERT|SIGNED|VERIFY|ISSUER|EPROTO/.test(error.name + systemCodeOf(error))
  );
}

function systemCodeOf(error: Error): string {
  const cause = error.cause instanceof Error ? error.cause : error;
  return "code" in cause ? String(cause.code) : cause.message || cause.name;
}
