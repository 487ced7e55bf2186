import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { it } from "node:test";
import { setTimeout } from "node:timers/promises";
import { startServer } from "./compose.ts";
import { readConfig } from "./config/config.ts";

it("removes the bytes of uploads that nothing is known of when the server starts", { timeout: 30_000 }, async () => {
  const data = mkdtempSync(join(tmpdir(), "modelregistry-uploads-"));
  const stray = join(data, "blobs", "partial", crypto.randomUUID());
  mkdirSync(join(data, "blobs", "partial"), { recursive: true });
  writeFileSync(stray, "left behind");
  const server = await startServer(readConfig(["--port", "0", "--data", data, "--log-level", "silent"], {}));
  try {
    while (existsSync(stray)) await setTimeout(10);
    assert.equal((await fetch(`${server.url}/api/v1/uploads`, { method: "OPTIONS" })).status, 204);
  } finally {
    await server.close();
    rmSync(data, { recursive: true });
  }
});
