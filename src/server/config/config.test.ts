import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { readConfig } from "./config.ts";
import { ConfigError, type Environment, readEnvironment } from "./settings.ts";

const directory = mkdtempSync(join(tmpdir(), "config-"));
after(() => rmSync(directory, { recursive: true }));

const KEYS = { MODELREGISTRY_S3_ACCESS_KEY: "access", MODELREGISTRY_S3_SECRET_KEY: "s3cr3t" };
const credentials = { accessKeyId: "access", secretAccessKey: "s3cr3t" };

function readS3(argv: readonly string[], environment: Environment) {
  const { blobs } = readConfig(argv, environment);
  assert.ok(blobs.kind === "s3");
  return blobs.settings;
}

describe("configuration", () => {
  it("takes flags over the environment over a file .env over defaults", () => {
    writeFileSync(join(directory, ".env"), "MODELREGISTRY_PORT=1\nMODELREGISTRY_HOST=file\nMODELREGISTRY_DATA=/file\n");
    const environment = readEnvironment({ MODELREGISTRY_PORT: "2", MODELREGISTRY_HOST: "environment" }, directory);
    const { port, host, dataDirectory, logLevel } = readConfig(["--port", "3"], environment);
    assert.deepEqual(
      { port, host, dataDirectory, logLevel },
      { port: 3, host: "environment", dataDirectory: "/file", logLevel: "warn" },
    );
  });

  it("needs no file .env", () => {
    assert.deepEqual(readEnvironment({ A: "1" }, join(directory, "nowhere")), { A: "1" });
  });

  it("knows where clients reach it, and answers to that name", () => {
    const { publicUrl, allowedHosts } = readConfig(["--public-url", "https://Models.example.org/registry/"], {});
    assert.equal(publicUrl, "https://models.example.org/registry");
    assert.deepEqual(allowedHosts, ["models.example.org"]);
  });

  it("knows the storage groups, any where none is named", () => {
    assert.deepEqual(readConfig(["--storage-groups", "ml-models, Vision"], {}).storageGroups, ["ml-models", "Vision"]);
    assert.equal(readConfig([], {}).storageGroups, undefined);
  });

  for (const [argv, environment, message] of [
    [["--port", "x"], {}, '--port (MODELREGISTRY_PORT) is "x"; give a number from 0 to 65535'],
    [[], { REGISTRY_PORT: "x" }, 'REGISTRY_PORT is "x"; give a number from 0 to 65535'],
    [["--public-url", "models"], {}, '--public-url (MODELREGISTRY_PUBLIC_URL) is "models"; give the address'],
    [["--storage-groups", "a/b"], {}, '--storage-groups (MODELREGISTRY_STORAGE_GROUPS) is "a/b"; give names'],
    [["--blobs", "minio://models"], {}, '--blobs (MODELREGISTRY_BLOBS) is "minio://models"; give s3://BUCKET'],
    [["--blobs", "s3://Models"], {}, '--blobs (MODELREGISTRY_BLOBS) is "s3://Models"; give s3://BUCKET'],
    [["--blobs", "s3://models/../x"], {}, "give a prefix without '..'"],
    [["--s3-endpoint", "http://minio:9000"], {}, "is set, but no bucket: give --blobs s3://BUCKET too"],
    [
      ["--blobs", "s3://models", "--s3-endpoint", "minio:9000"],
      {},
      "is no address of a server; give one such as https://",
    ],
    [
      [],
      { MINIO_ENDPOINT: "minio:9000/x" },
      "MINIO_ENDPOINT is no address of a server; give one such as minio.example.org:9000",
    ],
    [[], { MINIO_ENDPOINT: "minio:9000", MINIO_BUCKET: "A" }, 'MINIO_BUCKET is "A"; give the name of a bucket'],
    [["--blobs", "s3://models"], { MODELREGISTRY_S3_ACCESS_KEY: "a" }, "MODELREGISTRY_S3_SECRET_KEY is missing"],
    [["--blobs", "s3://models"], { MINIO_SECRET_KEY: "a" }, "MODELREGISTRY_S3_ACCESS_KEY is missing"],
    [["--blobs", "s3://models", "--s3-ca", "/nowhere.pem"], {}, "--s3-ca (MODELREGISTRY_S3_CA) is"],
    [["--blobs", "s3://models", "--s3-path-style", "yes"], {}, "give true or false"],
    [["--s3-secret-key", "s3cr3t"], {}, "Unknown option '--s3-secret-key'"],
  ] as const) {
    it(`refuses ${argv.join(" ")} ${JSON.stringify(environment)}, and says why`, () => {
      assert.throws(
        () => readConfig(argv, environment),
        (error) => error instanceof ConfigError && error.message.includes(message),
      );
    });
  }
});

describe("configuration of blobs", () => {
  it("keeps them in the data folder unless something else is said", () => {
    assert.deepEqual(readConfig([], {}).blobs, { kind: "folder" });
    assert.deepEqual(readConfig(["--blobs", "folder"], { MINIO_ENDPOINT: "minio:9000" }).blobs, { kind: "folder" });
  });

  it("keeps them on AWS, with what its SDK finds by itself", () => {
    assert.deepEqual(readS3(["--blobs", "s3://models"], {}), {
      ...{ bucket: "models", prefix: "", createsBucket: false, pathStyle: false, publicEndpoint: "same" },
    });
  });

  it("keeps them on another server", () => {
    const argv = ["--blobs", "s3://models/a//b/", "--s3-endpoint", "https://minio:9000/", "--s3-region", "eu-1"];
    assert.deepEqual(readS3(argv, KEYS), {
      ...{ bucket: "models", prefix: "a/b/", createsBucket: false, pathStyle: true },
      ...{ endpoint: "https://minio:9000", region: "eu-1", credentials },
    });
    assert.equal(readS3([...argv, "--s3-path-style", "false"], KEYS).pathStyle, false);
  });

  it("sends clients to AWS itself, and to another server only by the address that they know", () => {
    const publicEndpointOf = (...argv: string[]) => readS3(["--blobs", "s3://models", ...argv], KEYS).publicEndpoint;
    const inside = ["--s3-endpoint", "http://minio:9000"];
    assert.equal(publicEndpointOf("--s3-public-endpoint", "none"), undefined);
    assert.equal(publicEndpointOf(...inside), undefined);
    assert.equal(
      publicEndpointOf(...inside, "--s3-public-endpoint", "https://s3.example.org"),
      "https://s3.example.org",
    );
    assert.throws(() => publicEndpointOf("--s3-public-endpoint", "s3"), /--s3-public-endpoint .* or none/);
  });

  it("understands the file .env of the earlier registry", () => {
    const file = [
      "# API Configuration",
      "REGISTRY_PORT=8000",
      "MONGODB_URL=mongodb://root:root@localhost:27017",
      "MONGODB_DB=metadata",
      "MINIO_ENDPOINT=localhost:9000",
      "MINIO_ACCESS_KEY=access",
      "MINIO_SECRET_KEY=s3cr3t",
      "MINIO_BUCKET=bytes",
    ];
    writeFileSync(join(directory, ".env"), file.join("\n"));
    const environment = readEnvironment({}, directory);
    assert.equal(readConfig([], environment).port, 8000);
    assert.deepEqual(readS3([], environment), {
      ...{ bucket: "bytes", prefix: "modelregistry/", createsBucket: true, pathStyle: true },
      ...{ endpoint: "http://localhost:9000", region: "us-east-1", credentials },
    });
    assert.equal(readS3([], { ...environment, MINIO_SECURE: "True" }).endpoint, "https://localhost:9000");
    assert.equal(readS3([], { MINIO_ENDPOINT: "minio:9000" }).bucket, "models");
  });

  it("lets its own names win over those of the earlier registry", () => {
    const earlier = {
      MINIO_ENDPOINT: "minio:9000",
      MINIO_ACCESS_KEY: "a",
      MINIO_SECRET_KEY: "b",
      REGISTRY_PORT: "8000",
    };
    const own = { ...KEYS, MODELREGISTRY_S3_ENDPOINT: "https://other:1", MODELREGISTRY_BLOBS: "s3://models" };
    const settings = readS3([], { ...earlier, ...own });
    assert.deepEqual([settings.endpoint, settings.prefix, settings.credentials], ["https://other:1", "", credentials]);
    assert.equal(readConfig([], { ...earlier, MODELREGISTRY_PORT: "1" }).port, 1);
  });
});
