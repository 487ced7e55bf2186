import type { Digest } from "../model/artifacts.ts";
import type { ByteSource, StagedBlob } from "./blob-store.ts";

/** One HTTP request that whoever knows it may make until it expires. `headers` must be sent as they are. */
export interface SignedRequest {
  method: "GET" | "PUT";
  url: string;
  headers: Readonly<Record<string, string>>;
}

/** Names an upload to clients, who send it back. Up to 2,000 characters; text that no `start…` has given is refused with `invalidValue`. */
export type DirectUploadId = string;

/** A part that has been put, by the `ETag` header that its answer had. Numbers begin with 1. */
export interface UploadedPart {
  number: number;
  etag: string;
}

/** What the answer to a signed download says of itself. */
export interface DownloadHeaders {
  contentType?: string;
  /** A whole `Content-Disposition`, such as `attachment; filename="model.pkl"`. */
  contentDisposition?: string;
}

/**
 * A blob store whose bytes clients can fetch and put without this server in between, by requests that it signs. Times are in seconds, at
 * most seven days.
 */
export interface DirectTransfers {
  /** Bytes that each part but the last must have at least. */
  readonly minimumPartSize: number;
  /** Bytes that a part, or a body that is put in one request, may have at most. */
  readonly maximumPartSize: number;
  readonly maximumParts: number;
  /** A GET of a blob, or undefined where there is none. */
  signDownload(digest: Digest, expiresIn: number, headers?: DownloadHeaders): Promise<SignedRequest | undefined>;
  /** Begins an upload in parts. It is forgotten, with its bytes, a day after it began. */
  startMultipart(): Promise<DirectUploadId>;
  signPart(upload: DirectUploadId, partNumber: number, expiresIn: number): Promise<SignedRequest>;
  /**
   * Puts the parts together, in the order of their numbers, and reads them once to hash them. Throws `invalidValue` where a part was not
   * put or is too small, `notFound` where the upload is over.
   */
  completeMultipart(upload: DirectUploadId, parts: readonly UploadedPart[]): Promise<StagedBlob>;
  /** Removes what has been put. Harmless where the upload is over. */
  abortMultipart(upload: DirectUploadId): Promise<void>;
  /** A PUT of a body in one request, and the name under which it is adopted. It is forgotten a day later. */
  startPut(expiresIn: number): Promise<{ upload: DirectUploadId; request: SignedRequest }>;
  /**
   * What was put, read once to hash it; undefined where nothing was. Whatever is put by the same request later changes nothing of it. It
   * can be adopted once.
   */
  adoptPut(upload: DirectUploadId): Promise<StagedBlob | undefined>;
}

/**
 * The same where clients can't reach what the bytes are kept in: the requests that it signs come back to this server, and need no other
 * permission. Their URLs are paths of this server. Downloads are of a digest, so that they are good for these bytes alone.
 */
export interface OwnTransfers extends DirectTransfers {
  /** Whether this server has signed the request, and it has not expired. */
  isSigned(method: SignedRequest["method"], path: string, query: ReadonlyMap<string, string>): boolean;
  /**
   * What a signed PUT brings: a part by its number, or a body in one request. Visible when all of it is durable, or not at all. Returns
   * the `ETag` of the part. Throws `notFound` where the upload is over.
   */
  receive(upload: DirectUploadId, partNumber: number | undefined, source: ByteSource): Promise<string>;
}
