import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { testBlobStore } from "../testkit/blob-store-suite.ts";
import { LocalBlobStore } from "./local.ts";

const directory = mkdtempSync(join(tmpdir(), "blobs-"));
after(() => rmSync(directory, { recursive: true }));

let folders = 0;
const newFolder = () => join(directory, String(++folders));

testBlobStore("local folder", () => LocalBlobStore.open(newFolder()));

describe("local folder", () => {
  it("lets nobody else read, whatever the umask", async () => {
    const umask = process.umask(0);
    try {
      const root = newFolder();
      const store = await LocalBlobStore.open(root);
      const published = await store.stage([Buffer.from("secret")]);
      await published.publish(async () => undefined);
      await store.stage([Buffer.from("on its way")]);
      const entries = readdirSync(root, { recursive: true, encoding: "utf8" });
      assert.equal(entries.length, 6);
      for (const entry of entries) assert.equal(statSync(join(root, entry)).mode & 0o077, 0, entry);
    } finally {
      process.umask(umask);
    }
  });

  it("removes interrupted uploads at start, and nothing else", async () => {
    const root = newFolder();
    const before = await LocalBlobStore.open(root);
    const kept = await before.stage([Buffer.from("kept")]);
    await kept.publish(async () => undefined);
    await before.stage([Buffer.from("cut off")]);
    const store = await LocalBlobStore.open(root);
    await store.removeStaleUploads();
    assert.deepEqual(readdirSync(join(root, "uploads")), []);
    assert.equal(await store.size(kept.digest), 4);
  });

  it("mends a copy that the disk has spoilt when the bytes come again", async () => {
    const root = newFolder();
    const store = await LocalBlobStore.open(root);
    const upload = async () => {
      const staged = await store.stage([Buffer.from("content")]);
      await staged.publish(async () => undefined);
      return staged.digest;
    };
    const digest = await upload();
    writeFileSync(join(root, "sha256", digest.slice(0, 2), digest), "");
    await upload();
    assert.equal(await store.size(digest), 7);
  });
});
