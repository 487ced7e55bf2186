import type { Timestamp } from "./values.ts";

/** A UUID that the server has made. */
export type UploadId = string;

/** A file on its way to the server in several requests, which is nobody's file yet. */
export interface Upload {
  id: UploadId;
  /** Bytes that it is to have; absent until the client knows. */
  length?: number;
  /** What the client says about it, as it says it; the server reads nothing into it. */
  metadata: string;
  /** `partial`: to be joined with others; `final`: what they were joined to. Absent: a file by itself. */
  concatenation?: "partial" | "final";
  /** Of a final upload: the partial ones, in their order. Empty otherwise. */
  parts: readonly UploadId[];
  /** Bytes from here on have not been held against the digest that was promised of them: they don't count. */
  unverifiedFrom?: number;
  creationTime: Timestamp;
  /** From then on it may be removed. */
  expirationTime: Timestamp;
}

/** An upload, and how many of its bytes have arrived for good. */
export type UploadState = Upload & { offset: number };
