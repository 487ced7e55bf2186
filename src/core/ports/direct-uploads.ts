import type { DirectUpload } from "../model/direct-uploads.ts";
import type { Timestamp } from "../model/values.ts";

/** Files that clients put straight into the blob store, until they are in the artifact tree. */
export interface DirectUploadReader {
  getDirectUpload(id: string): Promise<DirectUpload | undefined>;
  countDirectUploads(): Promise<number>;
  /** Those of one body whose file is to be at a path or below it, the oldest first; "" is the whole tree. */
  getWaitingBodies(path: string): Promise<DirectUpload[]>;
  /** Those whose time ended before `time`, the oldest first, at most `limit`. */
  getExpiredDirectUploads(time: Timestamp, limit: number): Promise<DirectUpload[]>;
}

export interface DirectUploadWriter extends DirectUploadReader {
  insertDirectUpload(upload: DirectUpload): Promise<void>;
  /** Whether it was there. */
  deleteDirectUpload(id: string): Promise<boolean>;
}
