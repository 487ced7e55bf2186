import { CreateBucketCommand } from "@aws-sdk/client-s3";
import { createClient } from "../blobs/s3/client.ts";
import type { S3Settings } from "../blobs/s3/settings.ts";
import { startKeptServer } from "./kept-server.ts";

let startedServer: Promise<string> | undefined;
let buckets = 0;

/**
 * Creates an empty bucket on a real S3 server: that of `MODELREGISTRY_TEST_S3_URL`, `http://ACCESS_KEY:SECRET_KEY@HOST:PORT` (`npm test`
 * sets it, so that all test files share one; a person may name any, as a user who may create buckets); without it, one is started on first
 * use and ends with this process.
 */
export async function createTestBucket(): Promise<S3Settings> {
  startedServer ??= Promise.resolve(process.env.MODELREGISTRY_TEST_S3_URL || startKeptServer("./s3-keeper.ts"));
  return createBucketAt(await startedServer);
}

/** The same on a server of the test's own. */
export async function createBucketAt(url: string): Promise<S3Settings> {
  const settings = settingsFor(url, `test-${process.pid}-${Date.now().toString(36)}-${++buckets}`);
  const client = createClient(settings);
  await client.send(new CreateBucketCommand({ Bucket: settings.bucket }));
  client.destroy();
  return settings;
}

/** A bucket that need not be there. */
export function settingsFor(url: string, bucket: string): S3Settings {
  const { protocol, host, username, password } = new URL(url);
  return {
    bucket,
    prefix: "",
    endpoint: `${protocol}//${host}`,
    region: "us-east-1",
    credentials: { accessKeyId: username, secretAccessKey: decodeURIComponent(password) },
    pathStyle: true,
    createsBucket: false,
  };
}
