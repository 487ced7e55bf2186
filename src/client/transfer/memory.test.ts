import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { type ServerProcess, startServerProcess } from "../../server/testkit/server-process.ts";
import { ModelRegistryClient } from "../node.ts";

const MEBIBYTE = 1024 * 1024;
const SIZE = 512 * MEBIBYTE;
/** What is held is a part of an upload and the copy that is being sent; the rest are copies that a busy machine has not collected yet. */
const ALLOWED_GROWTH = 256 * MEBIBYTE;

describe("the memory of the client", () => {
  const directory = mkdtempSync(join(tmpdir(), "modelregistry-client-memory-"));
  let server: ServerProcess;
  let registry: ModelRegistryClient;
  before(async () => {
    server = await startServerProcess(join(directory, "data"));
    registry = new ModelRegistryClient(server.url);
    // What is loaded once is not what is looked at.
    const { metadataId } = await registry.models.upload(blocks(32 * MEBIBYTE), { name: "warm-up" });
    await registry.models.downloadToFile(metadataId, join(directory, "warm-up"));
  });
  after(async () => {
    await server.kill();
    rmSync(directory, { recursive: true });
  });

  async function* blocks(size: number): AsyncIterable<Uint8Array> {
    const block = randomBytes(MEBIBYTE);
    for (let sent = 0; sent < size; sent += MEBIBYTE) {
      block.writeUInt32LE(sent / MEBIBYTE);
      yield block;
    }
  }

  it("stays the same while a stream goes up, comes down to a file, and goes up again from it", async () => {
    const path = join(directory, "file");
    const growth = await memoryGrowth(async () => {
      const { metadataId, sha256 } = await registry.models.upload(blocks(SIZE), { name: "large" });
      await registry.models.downloadToFile(metadataId, path);
      const again = await registry.models.uploadFile(path, { name: "large" });
      assert.deepEqual([again.sha256, again.size], [sha256, SIZE]);
    });
    assert.ok(growth < ALLOWED_GROWTH, `grew by ${Math.round(growth / MEBIBYTE)} MiB`);
  });
});

async function memoryGrowth(work: () => Promise<void>): Promise<number> {
  const before = process.memoryUsage.rss();
  let highest = before;
  const timer = setInterval(() => {
    highest = Math.max(highest, process.memoryUsage.rss());
  }, 20);
  await work().finally(() => clearInterval(timer));
  return highest - before;
}
