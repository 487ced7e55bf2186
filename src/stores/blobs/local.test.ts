import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { crc32 } from "node:zlib";
import { isCoreError } from "../../core/errors.ts";
import type { Digest } from "../../core/model/artifacts.ts";
import type { BlobStore, ByteRange } from "../../core/ports/blob-store.ts";
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
      assert.equal(entries.length, 8);
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
});

describe("local folder with a blob of 20 GiB", { skip: process.platform !== "linux" && "needs /proc" }, () => {
  const SIZE = 20 * 2 ** 30;
  const BLOCK = 256 * 1024;
  const digest = "ab".repeat(32);

  /** Bytes that this process has asked files and sockets for. */
  const bytesRead = () => Number(/rchar: (\d+)/.exec(readFileSync("/proc/self/io", "utf8"))?.[1]);

  it("reads little before it gives out the first bytes, wherever they are", async () => {
    const root = newFolder();
    const store = await LocalBlobStore.open(root);
    const path = join(root, "sha256", "ab", digest);
    mkdirSync(join(root, "sha256", "ab"));
    writeFileSync(path, "");
    truncateSync(path, SIZE);
    const checksum = crc32(Buffer.alloc(BLOCK));
    writeFileSync(`${path}.crc32`, new Uint32Array(SIZE / BLOCK).fill(checksum));
    for (const range of [undefined, { start: SIZE / 2 + 7, end: SIZE }, { start: SIZE - 1, end: SIZE }]) {
      const before = bytesRead();
      const pieces = (await store.open(digest, range))?.[Symbol.asyncIterator]();
      const first = await pieces?.next();
      assert.ok(first?.value?.length > 0);
      assert.ok(bytesRead() - before < 2_000_000, `${bytesRead() - before} bytes were read`);
      await pieces?.return?.();
    }
  });
});

describe("local folder whose disk has spoilt a blob", () => {
  const BLOCK = 256 * 1024;
  const large = randomBytes(4 * BLOCK + 1000);
  const small = randomBytes(1000);

  /** A store with one blob; what it says of damage goes into `damage`. */
  async function storeOf(bytes: Buffer) {
    const root = newFolder();
    const damage: string[] = [];
    const store = await LocalBlobStore.open(root, { onDamage: (digest, path) => damage.push(digest, path) });
    const digest = await put(store, bytes);
    const path = join(root, "sha256", digest.slice(0, 2), digest);
    const flipBit = (position: number) => flipBitOf(path, position);
    return { root, store, digest, path, damage, flipBit };
  }

  /** Until `size` knows nothing of it, nothing gives it out, and the same bytes mend it. */
  async function expectSetAside({ root, store, digest, damage }: Awaited<ReturnType<typeof storeOf>>, bytes: Buffer) {
    assert.equal(await store.size(digest), undefined);
    await assert.rejects(store.open(digest), isDamage);
    await assert.rejects(store.open(digest, { start: 0, end: 1 }), isDamage);
    assert.equal(await store.verify(digest), "damaged");
    assert.deepEqual(damage, [digest, join(root, "damaged", digest)]);
    assert.deepEqual(await Array.fromAsync(store.digests()), [digest]);
    const reopened = await LocalBlobStore.open(root);
    await assert.rejects(reopened.open(digest), isDamage);
    await put(reopened, bytes);
    assert.deepEqual((await received(reopened, digest)).bytes, bytes);
    assert.equal(await reopened.verify(digest), "whole");
    assert.deepEqual(readdirSync(join(root, "damaged")), []);
  }

  it("gives out nothing of a small one", async () => {
    for (const range of [undefined, { start: 10, end: 20 }]) {
      const spoilt = await storeOf(small);
      spoilt.flipBit(500);
      await assert.rejects(spoilt.store.open(spoilt.digest, range), isDamage);
      await expectSetAside(spoilt, small);
    }
  });

  it("gives out nothing behind the spoilt block of a large one", async () => {
    const spoilt = await storeOf(large);
    spoilt.flipBit(2 * BLOCK + 7);
    const { bytes, error } = await received(spoilt.store, spoilt.digest);
    assert.deepEqual(bytes, large.subarray(0, 2 * BLOCK));
    assert.ok(isDamage(error));
    await expectSetAside(spoilt, large);
  });

  it("says so at once where the first block is spoilt", async () => {
    const spoilt = await storeOf(large);
    spoilt.flipBit(0);
    await assert.rejects(spoilt.store.open(spoilt.digest), isDamage);
    await expectSetAside(spoilt, large);
  });

  it("gives out no part of a spoilt block, and the parts beside it", async () => {
    const spoilt = await storeOf(large);
    spoilt.flipBit(BLOCK + 100_000);
    const beside = { start: 2 * BLOCK, end: 2 * BLOCK + 10 };
    assert.deepEqual(
      (await received(spoilt.store, spoilt.digest, beside)).bytes,
      large.subarray(beside.start, beside.end),
    );
    await assert.rejects(spoilt.store.open(spoilt.digest, { start: BLOCK + 5, end: BLOCK + 6 }), isDamage);
    await expectSetAside(spoilt, large);
  });

  it("knows a blob whose end is missing", async () => {
    for (const [bytes, length] of [
      [large, 3 * BLOCK],
      [large, 1000],
      [large, 0],
      [small, 0],
    ] as const) {
      for (const range of [undefined, { start: bytes.length - 10, end: bytes.length }]) {
        const spoilt = await storeOf(bytes);
        truncateSync(spoilt.path, length);
        const { bytes: given, error } = await received(spoilt.store, spoilt.digest, range);
        assert.ok(isDamage(error), String(error));
        assert.ok(given.length < (range ? 1 : length || 1), `${given.length} bytes`);
        await expectSetAside(spoilt, bytes);
      }
    }
  });

  it("does without checksums: holds the end of the whole back, and hashes all before it gives out a part", async () => {
    for (const range of [undefined, { start: 0, end: 10 }]) {
      const spoilt = await storeOf(large);
      rmSync(`${spoilt.path}.crc32`);
      spoilt.flipBit(5);
      const { bytes, error } = await received(spoilt.store, spoilt.digest, range);
      assert.equal(bytes.length, range ? 0 : 4 * BLOCK);
      assert.ok(isDamage(error));
      await expectSetAside(spoilt, large);
    }
  });

  it("makes checksums anew that are missing or wrong", async () => {
    for (const range of [undefined, { start: 10, end: BLOCK * 2 }]) {
      const { store, digest, path } = await storeOf(large);
      const checksums = readFileSync(`${path}.crc32`);
      for (const spoil of [() => rmSync(`${path}.crc32`), () => flipBitOf(`${path}.crc32`, 0)]) {
        spoil();
        assert.deepEqual((await received(store, digest, range)).bytes, large.subarray(range?.start, range?.end));
        assert.deepEqual(readFileSync(`${path}.crc32`), checksums);
      }
    }
  });

  it("removes what is set aside when nothing refers to it any more", async () => {
    const spoilt = await storeOf(small);
    spoilt.flipBit(0);
    await assert.rejects(spoilt.store.open(spoilt.digest), isDamage);
    await spoilt.store.remove(spoilt.digest, async () => false);
    assert.equal(await spoilt.store.open(spoilt.digest), undefined);
    assert.equal(await spoilt.store.verify(spoilt.digest), "absent");
    assert.deepEqual(readdirSync(join(spoilt.root, "damaged")), []);
  });

  it("takes nothing aside that was stored again while it was being read", async () => {
    const { store, digest, flipBit, damage } = await storeOf(large);
    flipBit(3 * BLOCK);
    const stream = await store.open(digest);
    await put(store, large);
    await assert.rejects(Array.fromAsync(stream ?? []), isDamage);
    assert.deepEqual(damage, []);
    assert.deepEqual((await received(store, digest)).bytes, large);
  });

  it("lists what is no part of it", async () => {
    const { root, store, digest } = await storeOf(large);
    const strays = ["notes.txt", "sha256/notes.txt", `sha256/00/${"f".repeat(64)}`, "damaged/notes.txt"];
    mkdirSync(join(root, "sha256/00"), { recursive: true });
    for (const path of strays) writeFileSync(join(root, path), "stray");
    assert.deepEqual((await Array.fromAsync(store.strays())).sort(), strays.sort());
    assert.deepEqual(await Array.fromAsync(store.digests()), [digest]);
  });
});

const isDamage = (error: unknown) => isCoreError(error, "damaged");

function flipBitOf(path: string, position: number): void {
  const bytes = readFileSync(path);
  bytes.writeUInt8(bytes.readUInt8(position) ^ 1, position);
  writeFileSync(path, bytes);
}

async function put(store: BlobStore, bytes: Uint8Array): Promise<Digest> {
  const staged = await store.stage([bytes]);
  await staged.publish(async () => undefined);
  return staged.digest;
}

/** What a reader gets before the end or the failure. */
async function received(
  store: BlobStore,
  digest: Digest,
  range?: ByteRange,
): Promise<{ bytes: Buffer; error?: unknown }> {
  const pieces: Uint8Array[] = [];
  try {
    for await (const piece of (await store.open(digest, range)) ?? []) pieces.push(Buffer.from(piece));
    return { bytes: Buffer.concat(pieces) };
  } catch (error) {
    return { bytes: Buffer.concat(pieces), error };
  }
}
