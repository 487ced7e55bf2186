import { join } from "node:path";
import type { Digest } from "../core/model/artifacts.ts";
import type { BlobStore } from "../core/ports/blob-store.ts";
import type { DirectTransfers, OwnTransfers } from "../core/ports/direct-transfers.ts";
import { SIGNED } from "../protocols/binary/signed/routes.ts";
import { LocalBlobStore } from "../stores/blobs/local.ts";
import type { S3Settings } from "../stores/blobs/s3/settings.ts";
import { requireBlobsAt, requireBlobsInFolder } from "./blob-place.ts";
import type { BlobsConfig } from "./config/blobs-config.ts";
import type { DataPaths } from "./data-directory.ts";

export interface OpenedBlobs {
  readonly blobs: BlobStore;
  readonly directTransfers?: DirectTransfers;
  readonly ownTransfers?: OwnTransfers;
  close(): void;
}

/** Hears of each blob that is found to be spoilt, with the file or the object that was set aside. */
export type OnDamage = (digest: Digest, name: string) => void;

export interface OpenBlobsOptions {
  onDamage?: OnDamage | undefined;
  /** With it, the server signs requests for files of its own folder. */
  signingKey?: Uint8Array | undefined;
}

/** Throws `DataDirectoryError` and `BlobStoreError`. */
export async function openBlobs(
  dataDirectory: string,
  { blobPath }: DataPaths,
  config: BlobsConfig,
  { onDamage = () => undefined, signingKey }: OpenBlobsOptions = {},
): Promise<OpenedBlobs> {
  if (config.kind === "s3") return openBucket(dataDirectory, blobPath, config.settings, onDamage);
  await requireBlobsInFolder(dataDirectory);
  const blobs = await LocalBlobStore.open(blobPath, { onDamage });
  const close = () => undefined;
  if (signingKey === undefined) return { blobs, close };
  const ownTransfers = blobs.ownTransfers({ secret: signingKey, prefix: SIGNED, now: Date.now });
  return { blobs, directTransfers: ownTransfers, ownTransfers, close };
}

/** The SDK is loaded where it is used: without S3, it costs neither time nor memory. */
async function openBucket(
  dataDirectory: string,
  blobPath: string,
  settings: S3Settings,
  onDamage: OnDamage,
): Promise<OpenedBlobs> {
  const { S3BlobStore } = await import("../stores/blobs/s3/s3-blob-store.ts");
  const place = `s3://${settings.bucket}/${settings.prefix}`;
  const registryId = await requireBlobsAt(dataDirectory, blobPath, place);
  const blobs = await S3BlobStore.open(settings, { spoolDirectory: join(blobPath, "spool"), registryId, onDamage });
  const { directTransfers } = blobs;
  return { blobs, ...(directTransfers && { directTransfers }), close: () => blobs.close() };
}
