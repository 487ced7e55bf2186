/** The place for blobs can't be used; the message says why and what to do. */
export class BlobStoreError extends Error {
  override readonly name = "BlobStoreError";
}
