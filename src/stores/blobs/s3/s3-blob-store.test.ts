import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { testBlobStore } from "../../testkit/blob-store-suite.ts";
import { createTestBucket } from "../../testkit/s3.ts";
import { S3BlobStore, type S3StoreOptions } from "./s3-blob-store.ts";

const directory = mkdtempSync(join(tmpdir(), "s3-blobs-"));
after(() => rmSync(directory, { recursive: true, force: true }));

async function openStore(options: Partial<S3StoreOptions> = {}, prefix = ""): Promise<S3BlobStore> {
  const settings = { ...(await createTestBucket()), prefix };
  return S3BlobStore.open(settings, { spoolDirectory: join(directory, "spool"), registryId: randomUUID(), ...options });
}

testBlobStore("S3", () => openStore());
testBlobStore("S3 below a prefix", () => openStore({}, "some/where/"));
