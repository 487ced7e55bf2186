import { CreateBucketCommand, PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { ObjectId } from "mongodb";
import { createClient } from "../../../stores/blobs/s3/client.ts";
import { settingsFor } from "../../../stores/testkit/s3.ts";
import { type S3Server, startS3Server } from "../../../stores/testkit/s3-server.ts";
import { startTestMongo, type TestMongo } from "./mongo-server.ts";

const BUCKETS = ["ml-models", "models"];

/** The registry that is copied: a MongoDB and an S3 server, filled as it does. */
export interface EarlierRegistry {
  readonly mongo: TestMongo;
  readonly s3: S3Server;
  /** Address and account of the S3 server. */
  readonly objects: { endpoint: string; accessKeyId: string; secretAccessKey: string };
  /** What its service does with an upload; `fields` replace what it would write. Returns the document's id. */
  register(metadata: EarlierMetadata, bytes: Uint8Array, fields?: object): Promise<unknown>;
  /** Puts an object, and returns its ETag. */
  put(bucket: string, key: string, bytes: Uint8Array): Promise<string>;
  close(): Promise<void>;
}

export interface EarlierMetadata {
  id: string;
  name: string;
  version: string;
  file_extension: string;
  storage_group: string;
  [field: string]: unknown;
}

export async function startEarlierRegistry(): Promise<EarlierRegistry> {
  const [mongo, s3] = await Promise.all([startTestMongo(), startS3Server()]);
  const { endpoint = "", credentials } = settingsFor(s3.url, "");
  const client = createClient(settingsFor(s3.url, ""));
  for (const bucket of BUCKETS) await client.send(new CreateBucketCommand({ Bucket: bucket }));
  const put = (bucket: string, key: string, bytes: Uint8Array) => putObject(client, bucket, key, bytes);
  return {
    mongo,
    s3,
    objects: { endpoint, accessKeyId: "", secretAccessKey: "", ...credentials },
    put,
    async register(metadata, bytes, fields = {}) {
      const { id, name, version, file_extension, storage_group } = metadata;
      const storage_path = `${id}_${name}_${version}.${file_extension}`;
      const etag = await put(storage_group, storage_path, bytes);
      const storage_info = { path: storage_path, bucket: storage_group, size: bytes.length, etag };
      const document = { _id: new ObjectId(), ...metadata, storage_path, storage_info, registration_time: new Date() };
      const { insertedId } = await mongo.collection.insertOne({ ...document, ...fields });
      return insertedId;
    },
    async close() {
      client.destroy();
      await mongo.close();
      await s3.stop();
    },
  };
}

async function putObject(client: S3Client, bucket: string, key: string, bytes: Uint8Array): Promise<string> {
  const { ETag = "" } = await client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: bytes }));
  return ETag.replaceAll('"', "");
}
