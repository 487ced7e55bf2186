import type { Upload, UploadId } from "../model/uploads.ts";
import type { Timestamp } from "../model/values.ts";

/** What is known of the uploads that go on in later requests. Their bytes are the blob store's `PartialUploads`. */
export interface UploadReader {
  /** Those that are there; a constant number of statements. */
  getUploads(ids: readonly UploadId[]): Promise<Map<UploadId, Upload>>;
  /** All that there are, finished ones too. */
  countUploads(): Promise<number>;
  /** Those whose time ended before `time`, the oldest first, at most `limit`. */
  getExpiredUploads(time: Timestamp, limit: number): Promise<UploadId[]>;
  /** The final uploads that any of these is a part of. */
  getFinalUploads(parts: readonly UploadId[]): Promise<UploadId[]>;
}

/** What changes of an upload: what is absent stays. */
export type UploadChanges = {
  length?: number | undefined;
  expirationTime?: Timestamp;
  /** `null`: all that there is has been verified. */
  unverifiedFrom?: number | null;
};

export interface UploadWriter extends UploadReader {
  insertUpload(upload: Upload): Promise<void>;
  /** All of them alike. */
  updateUploads(ids: readonly UploadId[], changes: UploadChanges): Promise<void>;
  /** Those that are not there are passed over. The parts of final ones stay. */
  deleteUploads(ids: readonly UploadId[]): Promise<void>;
}
