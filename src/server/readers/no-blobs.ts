import type { BlobStore } from "../../core/ports/blob-store.ts";

const refuse = (): never => {
  throw new Error("Reader threads have no blob store: a route that needs bytes runs on the main thread");
};

/** Reader threads handle records alone. */
export const noBlobs: BlobStore = new Proxy({} as BlobStore, { get: () => refuse });
