import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { type S3Server, startS3Server } from "../stores/testkit/s3-server.ts";
import { memoryGrowth, type ServerProcess, startServerProcess } from "./testkit/server-process.ts";

const MEBIBYTE = 1024 * 1024;
const FILE_SIZE_MEBIBYTES = 1024;
const ALLOWED_GROWTH = 64 * MEBIBYTE;
const SLOW_UPLOADS = 100;
const BUCKET = "models";

describe("a server with its files on S3, set up by the file .env of the earlier registry", () => {
  const directory = mkdtempSync(join(tmpdir(), "s3-files-"));
  const data = join(directory, "data");
  let storage: S3Server;
  let server: ServerProcess;
  before(async () => {
    storage = await startS3Server();
    writeEnvironmentFile(directory, storage.url);
    server = await startServerProcess(data, directory);
  });
  after(async () => {
    await server.kill();
    await storage.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  const urlOf = (path: string) => `${server.url}/api/2.0/mlflow-artifacts/artifacts/${path}`;
  const put = (path: string, body: Buffer | ReadableStream) =>
    fetch(urlOf(path), {
      method: "PUT",
      body: body instanceof ReadableStream ? body : new Uint8Array(body),
      duplex: "half",
    } as RequestInit);
  const get = async (path: string, headers: Record<string, string> = {}) => {
    const response = await fetch(urlOf(path), { headers });
    return { status: response.status, bytes: Buffer.from(await response.arrayBuffer()) };
  };
  const objects = () => {
    const folder = join(storage.directory, BUCKET, "modelregistry", "objects");
    return existsSync(folder) ? readdirSync(folder) : [];
  };

  it("keeps what MLflow's proxy brings in the bucket, gives it back whole and in parts, and removes it", async () => {
    const bytes = randomBytes(20 * MEBIBYTE);
    assert.equal((await put("run/model.bin", bytes)).status, 200);
    assert.equal((await put("run/copy.bin", bytes)).status, 200);
    assert.equal(objects().length, 1);
    assert.deepEqual(await get("run/model.bin"), { status: 200, bytes });
    const part = await get("run/model.bin", { range: "bytes=7000000-7000009" });
    assert.deepEqual(part, { status: 206, bytes: bytes.subarray(7_000_000, 7_000_010) });
    const listing = await (await fetch(`${urlOf("").slice(0, -1)}?path=run`)).json();
    assert.deepEqual(listing, {
      files: ["copy.bin", "model.bin"].map((path) => ({ path, is_dir: false, file_size: bytes.length })),
    });
    for (const path of ["run/model.bin", "run/copy.bin"]) {
      assert.equal(objects().length, 1);
      assert.equal((await fetch(urlOf(path), { method: "DELETE" })).status, 200);
    }
    assert.equal(objects().length, 0);
  });

  it("keeps a model of the earlier registry's client in the bucket", async () => {
    const bytes = randomBytes(1000);
    const answer = await fetch(`${server.url}/api/v1/models?name=example`, {
      method: "POST",
      body: new Uint8Array(bytes),
    });
    assert.equal(answer.status, 201);
    const content = await fetch(
      `${server.url}${new URL(answer.headers.get("location") ?? "", server.url).pathname}/content`,
    );
    assert.deepEqual(Buffer.from(await content.arrayBuffer()), bytes);
  });

  it("says that the bucket can't be reached while it can't, and goes on when it can", async () => {
    const bytes = randomBytes(1000);
    assert.equal((await put("before.bin", bytes)).status, 200);
    await storage.kill();
    const refused = await put("while.bin", bytes);
    assert.equal(refused.status, 503);
    assert.match(await refused.text(), /object storage does not answer/);
    assert.equal((await get("before.bin")).status, 503);
    await storage.restart();
    assert.deepEqual(await get("before.bin"), { status: 200, bytes });
    assert.equal((await get("while.bin")).status, 404);
  });

  it("finds everything again after kill -9, and verifies it", async () => {
    const bytes = randomBytes(1000);
    assert.equal((await put("kept.bin", bytes)).status, 200);
    await server.kill();
    server = await startServerProcess(data, directory);
    assert.deepEqual(await get("kept.bin"), { status: 200, bytes });
    const { status, stdout, stderr } = runProgram(["verify", "--data", data], directory);
    assert.equal(status, 0, stdout + stderr);
  });

  it(`carries ${FILE_SIZE_MEBIBYTES} MiB up and down, whole, in memory that grows by less than 64 MiB`, async () => {
    await put("warm-up", randomBytes(10));
    await get("warm-up");
    const sent = createHash("sha256");
    const received = createHash("sha256");
    const growth = await memoryGrowth(server, async () => {
      const body = differentBlocks(FILE_SIZE_MEBIBYTES, (block) => sent.update(block));
      assert.equal((await put("large.bin", ReadableStream.from(body))).status, 200);
      const { body: answer } = await fetch(urlOf("large.bin"));
      for await (const piece of answer ?? []) received.update(piece);
    });
    assert.equal(received.digest("hex"), sent.digest("hex"));
    assert.ok(growth < ALLOWED_GROWTH, `grew by ${Math.round(growth / MEBIBYTE)} MiB`);
  });

  it("holds a hundred slow uploads in as little memory, serves others, and takes them all in the end", async () => {
    const gate = Promise.withResolvers<void>();
    const bodies = Array.from({ length: SLOW_UPLOADS }, () => randomBytes(600_000));
    const growth = await memoryGrowth(server, async () => {
      const slow = bodies.map((body, index) =>
        put(`slow/${index}`, ReadableStream.from(inTwoSteps(body, gate.promise))),
      );
      const quick = randomBytes(20 * MEBIBYTE);
      assert.equal((await put("quick.bin", quick)).status, 200);
      assert.deepEqual((await get("quick.bin")).bytes, quick);
      gate.resolve();
      for (const answer of await Promise.all(slow)) assert.equal(answer.status, 200);
    });
    assert.ok(growth < ALLOWED_GROWTH, `grew by ${Math.round(growth / MEBIBYTE)} MiB`);
    for (const [index, body] of bodies.entries()) assert.deepEqual((await get(`slow/${index}`)).bytes, body);
  });

  it("does not start with other records, nor without the bucket that has the files of its own", async () => {
    const serve = (at: string, ...flags: string[]) =>
      runProgram(["serve", "--port", "0", "--data", join(directory, at), ...flags], directory);
    await server.kill();
    for (const [result, message] of [
      [serve("other"), /s3:\/\/models\/modelregistry\/ .* holds the files of another registry/],
      [serve("data", "--blobs", "folder"), /The files of the data folder .* are in s3:\/\/models\/modelregistry\//],
      [
        serve("data", "--blobs", "s3://models/elsewhere"),
        /are in s3:\/\/models\/modelregistry\/, not in s3:\/\/models\/elsewhere\//,
      ],
      [serve("new", "--s3-endpoint", "http://127.0.0.1:1", "--blobs", "s3://models"), /does not answer/],
    ] as const) {
      assert.equal(result.status, 1);
      assert.match(result.stderr, message);
      assert.doesNotMatch(result.stderr, /\n\s+at /);
    }
    const folder = join(directory, "folder");
    mkdirSync(join(folder, "blobs", "sha256", "aa"), { recursive: true });
    writeFileSync(join(folder, "blobs", "sha256", "aa", "a".repeat(64)), "");
    assert.match(serve("folder").stderr, /has files in itself.*--blobs folder/);
  });
});

function writeEnvironmentFile(directory: string, url: string): void {
  const { host, username, password } = new URL(url);
  const lines = [
    "# API Configuration",
    "REGISTRY_PORT=0",
    "# MongoDB Configuration",
    "MONGODB_URL=mongodb://root:root@localhost:27017",
    "MONGODB_DB=metadata",
    "# MinIO Configuration",
    `MINIO_ENDPOINT=${host}`,
    `MINIO_ACCESS_KEY=${username}`,
    `MINIO_SECRET_KEY=${password}`,
    `MINIO_BUCKET=${BUCKET}`,
  ];
  writeFileSync(join(directory, ".env"), lines.join("\n"));
}

function runProgram(argv: readonly string[], cwd: string) {
  const program = fileURLToPath(new URL("../cli/main.mjs", import.meta.url));
  return spawnSync(process.execPath, [program, ...argv], { encoding: "utf8", timeout: 60_000, cwd });
}

function* differentBlocks(count: number, onBlock: (block: Buffer) => void): Iterable<Buffer> {
  const block = randomBytes(MEBIBYTE);
  for (let index = 0; index < count; index++) {
    const piece = Buffer.from(block);
    piece.writeUInt32LE(index);
    onBlock(piece);
    yield piece;
  }
}

async function* inTwoSteps(body: Buffer, gate: Promise<void>): AsyncIterable<Buffer> {
  yield body.subarray(0, 500_000);
  await gate;
  yield body.subarray(500_000);
}
