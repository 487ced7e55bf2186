import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { setTimeout } from "node:timers/promises";
import { FileWriter } from "./file-writer.ts";
import { BLOCK_SIZE_BYTES } from "./hashing/block-checksums.ts";
import { FileHash } from "./hashing/file-hash.ts";

describe("a file writer", () => {
  const directory = mkdtempSync(join(tmpdir(), "file-writer-"));
  const path = join(directory, "file");
  after(() => rmSync(directory, { recursive: true }));

  /** A file whose disk has no room, once and late, for what begins at `position`: nothing else makes that happen when it should. */
  function failingAt(handle: FileHandle, position: number): FileHandle {
    const write = async (buffer: Uint8Array, offset: number, length: number, at: number) => {
      if (at !== position) return handle.write(buffer, offset, length, at);
      await setTimeout(50);
      throw Object.assign(new Error("no room"), { code: "ENOSPC" });
    };
    const bound = (value: unknown) => (typeof value === "function" ? value.bind(handle) : value);
    return new Proxy(handle, { get: (target, name) => (name === "write" ? write : bound(Reflect.get(target, name))) });
  }

  for (const hash of [undefined, new FileHash()]) {
    it(`leaves no hole where a block in the middle finds no room, ${hash ? "hashed" : "not hashed"}`, async () => {
      const handle = await open(path, "w");
      const bytes = randomBytes(6 * BLOCK_SIZE_BYTES);
      const writer = new FileWriter(failingAt(handle, 2 * BLOCK_SIZE_BYTES), { ...(hash && { hash }) });
      await assert.rejects(writer.write(bytes), { code: "ENOSPC" });
      await assert.rejects(writer.finish(), { code: "ENOSPC" });
      await writer.settle();
      await handle.close();
      assert.equal(writer.synced, true);
      const kept = readFileSync(path);
      assert.equal(kept.length, 2 * BLOCK_SIZE_BYTES);
      assert.ok(kept.equals(bytes.subarray(0, kept.length)));
    });
  }
});
