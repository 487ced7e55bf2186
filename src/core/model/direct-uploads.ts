import type { Timestamp } from "./values.ts";

/** A file on its way into the blob store by requests that don't pass this server, and where it is to be. */
export interface DirectUpload {
  /** A UUID that the server has made; clients name the upload by it. */
  id: string;
  /** In the artifact tree. */
  path: string;
  /** `parts`: the client says when all are there. `body`: put in one request, of which nobody hears. */
  kind: "parts" | "body";
  /** What the blob store calls it. */
  upload: string;
  creationTime: Timestamp;
  /** From then on it may be removed. */
  expirationTime: Timestamp;
}
