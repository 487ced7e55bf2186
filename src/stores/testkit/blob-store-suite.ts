import assert from "node:assert/strict";
import { createHash, randomBytes, randomUUID } from "node:crypto";
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
    testPartialUploads(open);
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

  it("says what has become of a blob", async () => {
    const store = await open();
    const digest = await put(store, randomBytes(3_000_000));
    assert.equal(await store.verify(digest), "whole");
    assert.equal(await store.verify(await put(store, Buffer.alloc(0))), "whole");
    await store.remove(digest, unreferenced);
    assert.equal(await store.verify(digest), "absent");
    assert.deepEqual(await Array.fromAsync(store.strays()), []);
  });

  it("lets go of a blob that is not read to its end", async () => {
    const store = await open();
    const bytes = randomBytes(3_000_000);
    const digest = await put(store, bytes);
    for await (const piece of (await store.open(digest)) ?? []) {
      assert.deepEqual(Buffer.from(piece), bytes.subarray(0, piece.length));
      break;
    }
    await (await store.open(digest))?.[Symbol.asyncIterator]().return?.();
    await store.remove(digest, unreferenced);
    assert.deepEqual(await listing(store), []);
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

function testPartialUploads(open: () => Promise<BlobStore>): void {
  it("makes one blob of what came in several requests", async () => {
    const { blobs, partialUploads } = await opened(open);
    const bytes = randomBytes(3_000_000);
    const id = randomUUID();
    assert.equal(await partialUploads.size(id), 0);
    assert.equal(await partialUploads.append(id, 0, inPieces(bytes.subarray(0, 1_000_001), 65_537)), 1_000_001);
    assert.equal(await partialUploads.append(id, 1_000_001, inPieces(bytes.subarray(1_000_001), 65_537)), bytes.length);
    const staged = await partialUploads.stage([id]);
    assert.deepEqual([staged.digest, staged.size], [digestOf(bytes), bytes.length]);
    assert.deepEqual(await collect(await staged.open({ start: 5, end: 10 })), bytes.subarray(5, 10));
    await staged.publish(nothingToCommit);
    await partialUploads.discard(id);
    assert.deepEqual(await read(blobs, staged.digest), bytes);
    assert.deepEqual(await collectIds(partialUploads.ids()), []);
  });

  it("keeps what has come before a source fails, and cuts off what is sent again", async () => {
    const { partialUploads } = await opened(open);
    const bytes = randomBytes(500_000);
    const id = randomUUID();
    async function* failing() {
      yield bytes.subarray(0, 300_000);
      throw new Error("the client went away");
    }
    await assert.rejects(partialUploads.append(id, 0, failing()), { message: "the client went away" });
    assert.equal(await partialUploads.size(id), 300_000);
    assert.equal(await partialUploads.append(id, 200_000, [bytes.subarray(200_000)]), bytes.length);
    assert.equal((await partialUploads.stage([id])).digest, digestOf(bytes));
    assert.deepEqual(await collectIds(partialUploads.ids()), [id]);
  });

  it("joins uploads in the order that is asked for", async () => {
    const { partialUploads } = await opened(open);
    const parts = [randomBytes(100_000), randomBytes(6_000_000), randomBytes(7)];
    const ids = parts.map(() => randomUUID());
    await Promise.all(parts.map((part, index) => partialUploads.append(ids[index] ?? "", 0, [part])));
    const joined = await partialUploads.stage([2, 0, 1].map((index) => ids[index] ?? ""));
    assert.equal(joined.digest, digestOf(Buffer.concat([2, 0, 1].map((index) => parts[index] ?? Buffer.alloc(0)))));
    await joined.discard();
    for (const id of ids) await partialUploads.discard(id);
    assert.deepEqual(await collectIds(partialUploads.ids()), []);
  });

  it("takes no more bytes than it may, and keeps those", async () => {
    const { partialUploads } = await opened(open);
    const id = randomUUID();
    await assert.rejects(partialUploads.append(id, 0, [randomBytes(101)], 100), (error) =>
      isCoreError(error, "tooLarge"),
    );
    assert.equal(await partialUploads.size(id), 100);
  });
}

async function opened(open: () => Promise<BlobStore>) {
  const blobs = await open();
  return { blobs, partialUploads: blobs.partialUploads };
}

async function collectIds(ids: AsyncIterable<string>): Promise<string[]> {
  return (await Array.fromAsync(ids)).sort();
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
