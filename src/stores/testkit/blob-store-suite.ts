import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { describe, it } from "node:test";
import { isCoreError } from "../../core/errors.ts";
import type { Digest } from "../../core/model/artifacts.ts";
import type { BlobStore, ByteRange, ByteSource } from "../../core/ports/blob-store.ts";

const nothingToCommit = async () => undefined;
const unreferenced = async () => false;
const referenced = async () => true;

/** What every blob store must do. `open` gives a store that nothing else uses. */
export function testBlobStore(name: string, open: () => Promise<BlobStore>): void {
  describe(`blob store: ${name}`, () => {
    testPublishing(open);
    testReading(open);
    testRemoving(open);
  });
}

function testPublishing(open: () => Promise<BlobStore>): void {
  it("shows a blob when it is published, under the SHA-256 of its bytes", async () => {
    const store = await open();
    const bytes = randomBytes(3_000_000);
    const staged = await store.stage(inPieces(bytes, 65_537));
    assert.equal(staged.digest, digestOf(bytes));
    assert.equal(staged.size, bytes.length);
    assert.equal(await store.size(staged.digest), undefined);
    const result = await staged.publish(async () => {
      assert.equal(await store.size(staged.digest), bytes.length);
      return "committed";
    });
    assert.equal(result, "committed");
    assert.deepEqual(await read(store, staged.digest), bytes);
  });

  it("keeps an empty blob", async () => {
    const store = await open();
    const digest = await put(store, Buffer.alloc(0));
    assert.equal(await store.size(digest), 0);
    assert.deepEqual(await read(store, digest), Buffer.alloc(0));
  });

  it("keeps one copy of the same bytes", async () => {
    const store = await open();
    const bytes = randomBytes(1000);
    await Promise.all(Array.from({ length: 10 }, () => put(store, bytes)));
    assert.deepEqual(await listing(store), [digestOf(bytes)]);
    assert.deepEqual(await read(store, digestOf(bytes)), bytes);
  });

  it("forgets what is discarded, and keeps what was published before", async () => {
    const store = await open();
    const dropped = await store.stage([randomBytes(10)]);
    await dropped.discard();
    assert.deepEqual(await listing(store), []);
    const kept = await store.stage([randomBytes(10)]);
    await kept.publish(nothingToCommit);
    await kept.discard();
    assert.deepEqual(await listing(store), [kept.digest]);
  });

  it("leaves nothing behind where the source fails", async () => {
    const store = await open();
    async function* failing() {
      yield randomBytes(2_000_000);
      throw new Error("the client went away");
    }
    await assert.rejects(store.stage(failing()), { message: "the client went away" });
    assert.deepEqual(await listing(store), []);
  });

  it("refuses more bytes than it may take, and takes exactly as many", async () => {
    const store = await open();
    await assert.rejects(store.stage(inPieces(randomBytes(101), 10), 100), (error) => isCoreError(error, "tooLarge"));
    assert.equal((await store.stage(inPieces(randomBytes(100), 10), 100)).size, 100);
    assert.deepEqual(await listing(store), []);
  });

  it("keeps the blob where the commit fails: who failed removes it", async () => {
    const store = await open();
    const staged = await store.stage([randomBytes(10)]);
    const failing = async () => {
      throw new Error("no room");
    };
    await assert.rejects(staged.publish(failing), { message: "no room" });
    await store.remove(staged.digest, unreferenced);
    assert.deepEqual(await listing(store), []);
  });
}

function testReading(open: () => Promise<BlobStore>): void {
  it("reads a part", async () => {
    const store = await open();
    const bytes = randomBytes(2_500_000);
    const digest = await put(store, bytes);
    for (const [start, end] of [
      [0, 1],
      [0, bytes.length],
      [1_048_575, 1_048_577],
      [bytes.length - 1, bytes.length],
    ] as const) {
      assert.deepEqual(await read(store, digest, { start, end }), bytes.subarray(start, end));
    }
  });

  it("has nothing under an unknown digest", async () => {
    const store = await open();
    const unknown = digestOf(Buffer.from("unknown"));
    assert.equal(await store.open(unknown), undefined);
    assert.equal(await store.size(unknown), undefined);
    await store.remove(unknown, unreferenced);
  });

  it("reads to the end what is removed meanwhile", async () => {
    const store = await open();
    const bytes = randomBytes(5_000_000);
    const digest = await put(store, bytes);
    const stream = await store.open(digest);
    assert.ok(stream);
    await store.remove(digest, unreferenced);
    assert.equal(await store.size(digest), undefined);
    assert.deepEqual(await collect(stream), bytes);
  });
}

function testRemoving(open: () => Promise<BlobStore>): void {
  it("removes what nothing refers to, and only that", async () => {
    const store = await open();
    const kept = await put(store, randomBytes(10));
    const removed = await put(store, randomBytes(10));
    await store.remove(kept, referenced);
    await store.remove(removed, unreferenced);
    assert.deepEqual(await listing(store), [kept]);
  });

  it("asks whether a blob is referenced only after an upload of the same bytes has committed", async () => {
    const store = await open();
    const bytes = randomBytes(10);
    let committed = false;
    let removal: Promise<void> | undefined;
    const staged = await store.stage([bytes]);
    await staged.publish(async () => {
      removal = store.remove(staged.digest, async () => committed);
      await aWhile();
      committed = true;
    });
    await removal;
    assert.deepEqual(await read(store, staged.digest), bytes);
  });

  it("publishes the same bytes again only after they have been removed", async () => {
    const store = await open();
    const bytes = randomBytes(10);
    const digest = await put(store, bytes);
    let upload: Promise<Digest> | undefined;
    await store.remove(digest, async () => {
      upload = put(store, bytes);
      await aWhile();
      return false;
    });
    await upload;
    assert.deepEqual(await read(store, digest), bytes);
  });
}

/** Long enough for everything that does not wait to be done. */
function aWhile(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 50));
}

function digestOf(bytes: Uint8Array): Digest {
  return createHash("sha256").update(bytes).digest("hex");
}

function* inPieces(bytes: Uint8Array, size: number): Iterable<Uint8Array> {
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size);
}

async function put(store: BlobStore, bytes: Uint8Array): Promise<Digest> {
  const staged = await store.stage([bytes]);
  await staged.publish(nothingToCommit);
  await staged.discard();
  return staged.digest;
}

async function read(store: BlobStore, digest: Digest, range?: ByteRange): Promise<Buffer> {
  const stream = await store.open(digest, range);
  assert.ok(stream, `there is no blob ${digest}`);
  return collect(stream);
}

async function collect(source: ByteSource): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of source) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

async function listing(store: BlobStore): Promise<Digest[]> {
  const digests: Digest[] = [];
  for await (const digest of store.digests()) digests.push(digest);
  return digests.sort();
}
