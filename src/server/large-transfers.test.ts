import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { type ClientRequest, type IncomingMessage, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { type ServerProcess, startServerProcess } from "./testkit/server-process.ts";

const MEBIBYTE = 1024 * 1024;
const FILE_SIZE = 1024 * MEBIBYTE;
const ALLOWED_GROWTH = 64 * MEBIBYTE;

/** Resident memory is what Linux shows in /proc. */
const skip = process.platform !== "linux" && "needs /proc";

describe("large transfers", { skip }, () => {
  const directory = mkdtempSync(join(tmpdir(), "large-transfers-"));
  const block = randomBytes(MEBIBYTE);
  let server: ServerProcess;
  before(async () => {
    server = await startServerProcess(directory);
    await upload("warm-up", 1);
    await download("warm-up");
  });
  after(async () => {
    await server.kill();
    rmSync(directory, { recursive: true });
  });

  it("carries 1 GiB up and down, whole, in memory that grows by less than 64 MiB", async () => {
    let sent = "";
    let received = "";
    const growth = await memoryGrowth(async () => {
      sent = await upload("large.bin", FILE_SIZE / MEBIBYTE);
      received = await download("large.bin");
    });
    assert.equal(received, sent);
    assert.ok(growth < ALLOWED_GROWTH, `grew by ${Math.round(growth / MEBIBYTE)} MiB`);
  });

  it("holds a hundred slow uploads in as little memory, and forgets them when they break off", async () => {
    const uploads: ClientRequest[] = [];
    const growth = await memoryGrowth(async () => {
      for (let index = 0; index < 100; index++) {
        const outgoing = start("PUT", `slow/${index}`, { "content-length": String(MEBIBYTE) });
        outgoing.on("error", () => undefined);
        outgoing.write(block.subarray(0, 10_000));
        uploads.push(outgoing);
      }
      await until(() => staged().length === 100);
    });
    assert.ok(growth < ALLOWED_GROWTH, `grew by ${Math.round(growth / MEBIBYTE)} MiB`);
    for (const outgoing of uploads) outgoing.destroy();
    await until(() => staged().length === 0);
  });

  const staged = () => readdirSync(join(directory, "blobs/uploads"));

  const start = (method: string, path: string, headers: Record<string, string> = {}) => {
    const { hostname, port } = new URL(server.url);
    const target = `/api/2.0/mlflow-artifacts/artifacts/${path}`;
    return request({ hostname, port, path: target, method, headers, agent: false });
  };

  /** Sends so many different blocks; returns the digest of all. */
  async function upload(path: string, blocks: number): Promise<string> {
    const hash = createHash("sha256");
    const outgoing = start("PUT", path, { "content-length": String(blocks * MEBIBYTE) });
    for (let index = 0; index < blocks; index++) {
      const piece = Buffer.from(block);
      piece.writeUInt32LE(index);
      hash.update(piece);
      if (!outgoing.write(piece)) await once(outgoing, "drain");
    }
    outgoing.end();
    const [answer] = (await once(outgoing, "response")) as [IncomingMessage];
    assert.equal(answer.resume().statusCode, 200);
    return hash.digest("hex");
  }

  async function download(path: string): Promise<string> {
    const hash = createHash("sha256");
    const outgoing = start("GET", path).end();
    const [answer] = (await once(outgoing, "response")) as [IncomingMessage];
    for await (const piece of answer) hash.update(piece);
    return hash.digest("hex");
  }

  async function memoryGrowth(work: () => Promise<void>): Promise<number> {
    const before = server.residentMemory();
    let highest = before;
    const timer = setInterval(() => {
      highest = Math.max(highest, server.residentMemory());
    }, 20);
    await work().finally(() => clearInterval(timer));
    return highest - before;
  }
});

/** Waits for what another process is about to do. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}
