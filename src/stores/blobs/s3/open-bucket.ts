import { CreateBucketCommand, ListObjectsV2Command } from "@aws-sdk/client-s3";
import { isCoreError } from "../../../core/errors.ts";
import { BlobStoreError } from "./blob-store-error.ts";
import { answer, type S3Bucket } from "./bucket.ts";
import { isAnswer, refusalFor } from "./failures.ts";
import type { S3Settings } from "./settings.ts";

/** Says which registry the blobs belong to. */
const OWNER_KEY = "registry.json";

/** Makes sure that the bucket is there, answers, and belongs to this registry. Throws `BlobStoreError`. */
export async function openBucket(bucket: S3Bucket, settings: S3Settings, registryId: string): Promise<void> {
  try {
    if (!(await isThere(bucket))) await createBucket(bucket, settings);
    await takePossession(bucket, placeOf(settings), registryId);
  } catch (error) {
    if (!isCoreError(error, "unavailable")) throw error;
    throw new BlobStoreError(`${placeOf(settings)} can't be used. ${error.data.reason}`);
  }
}

/** As people know it. */
function placeOf({ bucket, prefix, endpoint }: S3Settings): string {
  return `s3://${bucket}/${prefix}${endpoint === undefined ? "" : ` at ${endpoint}`}`;
}

/** By a listing: the answer to a HEAD would not say why it is refused. */
async function isThere(bucket: S3Bucket): Promise<boolean> {
  try {
    await bucket.client.send(new ListObjectsV2Command({ Bucket: bucket.name, MaxKeys: 1 }));
    return true;
  } catch (error) {
    if (isAnswer(error, "NoSuchBucket")) return false;
    throw refusalFor(error);
  }
}

async function createBucket({ client, name }: S3Bucket, settings: S3Settings): Promise<void> {
  if (!settings.createsBucket) {
    throw new BlobStoreError(
      `${placeOf(settings)} can't be used. There is no bucket ${name}: make it, or name another one with --blobs.`,
    );
  }
  await answer(client.send(new CreateBucketCommand({ Bucket: name })));
}

/**
 * A registry removes blobs that its own records don't know, so two of them, or one with new records, would remove each other's: only the
 * first one gets in.
 */
async function takePossession(bucket: S3Bucket, place: string, registryId: string): Promise<void> {
  const text = await bucket.getText(OWNER_KEY);
  if (text === undefined) return bucket.putText(OWNER_KEY, `${JSON.stringify({ registry: registryId })}\n`);
  if (ownerIn(text) === registryId) return;
  throw new BlobStoreError(
    `${place} holds the files of another registry, or of this one with another data folder. Give the data folder that belongs to it with --data, or another prefix with --blobs. Only if no registry needs those files any more: remove the object ${OWNER_KEY} there.`,
  );
}

function ownerIn(text: string): unknown {
  try {
    return JSON.parse(text).registry;
  } catch {
    return undefined;
  }
}
