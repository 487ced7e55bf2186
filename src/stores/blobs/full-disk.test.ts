import assert from "node:assert/strict";
import { randomBytes, randomUUID } from "node:crypto";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { isCoreError } from "../../core/errors.ts";
import { mountSmallDisk, type SmallDisk } from "../testkit/small-disk.ts";
import { LocalBlobStore } from "./local.ts";

const disk = mountSmallDisk(8);
const skip = disk === undefined && "needs the right to mount a small disk";
const MEBIBYTE = 1024 * 1024;

describe("local folder on a full disk", { skip }, () => {
  const { path, fill, empty, unmount } = disk as SmallDisk;
  let store: LocalBlobStore;
  before(async () => {
    store = await LocalBlobStore.open(join(path, "blobs"));
  });
  after(unmount);

  const refused = (error: unknown) => isCoreError(error, "noSpace") && /no room left/.test(error.data.reason);
  const filesIn = (folder: string) => readdirSync(join(path, "blobs", folder));

  it("keeps nothing of what it has no room for, and takes the next that fits", async () => {
    await assert.rejects(store.stage([randomBytes(9 * MEBIBYTE)]), refused);
    assert.deepEqual(filesIn("uploads"), []);
    const staged = await store.stage([randomBytes(6 * MEBIBYTE)]);
    await staged.publish(async () => undefined);
    assert.equal(await store.verify(staged.digest), "whole");
    await store.remove(staged.digest, async () => false);
  });

  it("refuses to begin where there is no room at all", async () => {
    fill();
    await assert.rejects(store.stage([randomBytes(10)]), refused);
    await assert.rejects(store.partialUploads.append(randomUUID(), 0, [randomBytes(10)]), refused);
    assert.deepEqual(filesIn("uploads"), []);
    empty();
  });

  it("keeps what has come of a partial upload, and goes on when there is room", async () => {
    const { partialUploads } = store;
    const bytes = randomBytes(5 * MEBIBYTE);
    const id = randomUUID();
    fill(2 * MEBIBYTE);
    await assert.rejects(partialUploads.append(id, 0, [bytes]), refused);
    const kept = await partialUploads.size(id);
    assert.ok(kept > 0 && kept < bytes.length, `${kept} bytes`);
    empty();
    assert.equal(await partialUploads.append(id, kept, [bytes.subarray(kept)]), bytes.length);
    const staged = await partialUploads.stage([id]);
    assert.deepEqual(Buffer.concat(await copies(await staged.open())), bytes);
    await staged.discard();
  });
});

function copies(pieces: AsyncIterable<Uint8Array>): Promise<Buffer[]> {
  return Array.fromAsync(pieces, (piece) => Buffer.from(piece));
}
