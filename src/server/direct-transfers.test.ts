import { testDirectTransfers } from "../protocols/mlflow/artifacts/testkit/direct-transfers-suite.ts";
import { createTestBucket } from "../stores/testkit/s3.ts";
import type { BlobsConfig } from "./config/blobs-config.ts";
import { startTestServer } from "./testkit/test-server.ts";

testDirectTransfers("S3", async () => startTestServer({ config: { blobs: await bucketThatClientsReach() } }));

async function bucketThatClientsReach(): Promise<BlobsConfig> {
  return { kind: "s3", settings: { ...(await createTestBucket()), publicEndpoint: "same" } };
}
