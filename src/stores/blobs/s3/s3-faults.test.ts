import assert from "node:assert/strict";
import { createHash, randomBytes, randomUUID } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before, describe, it } from "node:test";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { isCoreError } from "../../../core/errors.ts";
import { makeCertificate } from "../../testkit/certificates.ts";
import { createBucketAt, settingsFor } from "../../testkit/s3.ts";
import { type S3Server, startS3Server } from "../../testkit/s3-server.ts";
import { startTcpProxy, type TcpProxy } from "../../testkit/tcp-proxy.ts";
import { BlobStoreError } from "./blob-store-error.ts";
import { createClient } from "./client.ts";
import { S3BlobStore, type S3StoreOptions } from "./s3-blob-store.ts";
import type { S3Settings } from "./settings.ts";

const MEBIBYTE = 1024 * 1024;

const directory = mkdtempSync(join(tmpdir(), "s3-faults-"));
const spoolDirectory = join(directory, "spool");
after(() => rmSync(directory, { recursive: true, force: true }));

function openStore(settings: S3Settings, options: Partial<S3StoreOptions> = {}): Promise<S3BlobStore> {
  return S3BlobStore.open(settings, { spoolDirectory, registryId: randomUUID(), ...options });
}

async function put(store: S3BlobStore, bytes: Buffer): Promise<string> {
  const staged = await store.stage([bytes]);
  await staged.publish(async () => undefined);
  return staged.digest;
}

async function read(bytes: AsyncIterable<Uint8Array> | undefined): Promise<Buffer> {
  assert.ok(bytes);
  return Buffer.concat(await Array.fromAsync(bytes, (piece) => Buffer.from(piece)));
}

const unavailable = (error: unknown) => isCoreError(error, "unavailable");

describe("a blob store on an S3 server that fails", () => {
  let server: S3Server;
  let proxy: TcpProxy;
  let settings: S3Settings;
  before(async () => {
    server = await startS3Server();
    proxy = await startTcpProxy(Number(new URL(server.url).port));
    settings = { ...(await createBucketAt(server.url)), endpoint: `http://127.0.0.1:${proxy.port}` };
  });
  afterEach(() => {
    proxy.delayMs = 0;
    proxy.breaksAfterBytes = Number.POSITIVE_INFINITY;
  });
  after(async () => {
    await proxy.close();
    await server.stop();
  });

  /** Everything that is kept, but for who it belongs to. */
  const objects = () =>
    readdirSync(join(server.directory, settings.bucket), { recursive: true, encoding: "utf8" }).filter((name) =>
      /(objects|sha256|partial)\/.*[0-9a-f]{12}/.test(name),
    );

  it("is killed in the middle of an upload: nothing is visible, and it works when it is back", async () => {
    const store = await openStore({ ...settings, prefix: "upload/" });
    const bytes = randomBytes(20 * MEBIBYTE);
    async function* source() {
      yield bytes.subarray(0, 15 * MEBIBYTE);
      await server.kill();
      yield bytes.subarray(15 * MEBIBYTE);
    }
    await assert.rejects(store.stage(source()), unavailable);
    await server.restart();
    assert.deepEqual(await Array.fromAsync(store.digests()), []);
    assert.deepEqual(await read(await store.open(await put(store, bytes))), bytes);
  });

  it("is killed in the middle of a download: the reader hears of it, or of nothing where it comes back soon", async () => {
    const store = await openStore({ ...settings, prefix: "download/" });
    const bytes = randomBytes(20 * MEBIBYTE);
    const digest = await put(store, bytes);
    const readWhile = async (fault: () => Promise<unknown>) => {
      const pieces: Buffer[] = [];
      for await (const piece of (await store.open(digest)) ?? []) {
        pieces.push(Buffer.from(piece));
        if (pieces.length === 3) await fault();
      }
      return Buffer.concat(pieces);
    };
    await assert.rejects(
      readWhile(() => server.kill()),
      unavailable,
    );
    await assert.rejects(store.open(digest), unavailable);
    await server.restart();
    const whole = await readWhile(async () => {
      await server.kill();
      await server.restart();
    });
    assert.deepEqual(whole, bytes);
  });

  it("is killed while an upload goes on in several requests: what it has stays and counts", async () => {
    const store = await openStore({ ...settings, prefix: "partial/" });
    const bytes = randomBytes(20 * MEBIBYTE);
    const id = randomUUID();
    async function* source() {
      yield bytes.subarray(0, 13 * MEBIBYTE);
      // The first two parts have arrived when a third one is wanted back.
      for (let part = 0; part < 50; part++)
        yield await new Promise<Buffer>((resolve) => setTimeout(resolve, 20, Buffer.alloc(0)));
      await server.kill();
      yield bytes.subarray(13 * MEBIBYTE);
    }
    await assert.rejects(store.partialUploads.append(id, 0, source()), unavailable);
    await server.restart();
    const size = await store.partialUploads.size(id);
    assert.ok(size >= 6 * MEBIBYTE && size <= 13 * MEBIBYTE, String(size));
    assert.equal(await store.partialUploads.append(id, size, [bytes.subarray(size)]), bytes.length);
    assert.equal((await store.partialUploads.stage([id])).digest, createHash("sha256").update(bytes).digest("hex"));
  });

  it("breaks connections: uploads are sent again, downloads go on where they were", async () => {
    const bytes = randomBytes(20 * MEBIBYTE);
    const store = await openStore({ ...settings, prefix: "broken/" });
    proxy.breaksAfterBytes = 7 * MEBIBYTE;
    const connections = proxy.connections;
    const digest = await put(store, bytes);
    assert.deepEqual(await read(await store.open(digest)), bytes);
    assert.ok(proxy.connections - connections > 2);
  });

  it("answers slowly: all comes whole", async () => {
    const bytes = randomBytes(MEBIBYTE);
    proxy.delayMs = 50;
    const store = await openStore({ ...settings, prefix: "slow/" });
    assert.deepEqual(await read(await store.open(await put(store, bytes))), bytes);
  });

  it("removes what a server left behind that died, when it is old enough, and nothing else", async () => {
    const prefix = { ...settings, prefix: "stale/" };
    const registryId = randomUUID();
    const before = await openStore(prefix, { registryId });
    const kept = await put(before, randomBytes(10));
    await before.partialUploads.append(randomUUID(), 0, [randomBytes(10)]);
    await before.stage([randomBytes(10)]);
    const there = objects().filter((name) => name.startsWith("stale/"));
    await before.removeStaleUploads();
    assert.deepEqual(
      objects().filter((name) => name.startsWith("stale/")),
      there,
    );
    const later = await openStore(prefix, { registryId, staleAfterMs: -60_000 });
    assert.equal((await Array.fromAsync(later.strays())).length, 1);
    await later.removeStaleUploads();
    assert.deepEqual(await Array.fromAsync(later.strays()), []);
    assert.equal(await later.verify(kept), "whole");
    assert.equal((await Array.fromAsync(later.partialUploads.ids())).length, 1);
  });

  it("has lost or spoilt the bytes of a blob: they are not given out until they come again", async () => {
    const damage: string[] = [];
    const registryId = randomUUID();
    const at = { ...settings, prefix: "damage/" };
    const store = await openStore(at, { registryId, onDamage: (digest) => damage.push(digest) });
    const bytes = randomBytes(3 * MEBIBYTE);
    const digest = await put(store, bytes);
    const [object = ""] = objects().filter((name) => name.startsWith("damage/objects/"));
    const client = createClient(settings);
    const spoilt = Buffer.from(bytes);
    spoilt.writeUInt8(spoilt.readUInt8(MEBIBYTE) ^ 1, MEBIBYTE);
    await client.send(new PutObjectCommand({ Bucket: settings.bucket, Key: object, Body: spoilt }));
    assert.equal(await store.verify(digest), "damaged");
    const isDamaged = (error: unknown) => isCoreError(error, "damaged");
    await assert.rejects(async () => read(await store.open(digest)), isDamaged);
    assert.deepEqual(damage, [digest]);
    assert.equal(await store.size(digest), undefined);
    const restarted = await openStore(at, { registryId });
    await assert.rejects(restarted.open(digest), isDamaged);
    assert.deepEqual(await Array.fromAsync(restarted.digests()), [digest]);
    await put(restarted, bytes);
    assert.deepEqual(await read(await restarted.open(digest)), bytes);
    assert.equal(objects().filter((name) => name.startsWith("damage/objects/")).length, 1);
  });

  it("is used by another process too: what that one has removed and stored again is found", async () => {
    const registryId = randomUUID();
    const at = { ...settings, prefix: "shared/" };
    const [one, other] = [await openStore(at, { registryId }), await openStore(at, { registryId })];
    const bytes = randomBytes(1000);
    const digest = await put(one, bytes);
    await other.remove(digest, async () => false);
    await put(other, bytes);
    assert.deepEqual(await read(await one.open(digest)), bytes);
    await other.remove(digest, async () => false);
    assert.equal(await one.open(digest), undefined);
  });

  it("lists more blobs than one answer holds", async () => {
    const store = await openStore({ ...settings, prefix: "many/" });
    const client = createClient(settings);
    const digests = Array.from({ length: 1050 }, (_, index) =>
      createHash("sha256").update(String(index)).digest("hex"),
    );
    const pending = digests.values();
    const worker = async () => {
      for (const digest of pending) {
        const Key = `many/sha256/${digest.slice(0, 2)}/${digest}/0.${randomUUID()}`;
        await client.send(new PutObjectCommand({ Bucket: settings.bucket, Key, Body: "", ContentLength: 0 }));
      }
    };
    await Promise.all(Array.from({ length: 8 }, worker));
    assert.deepEqual(await Array.fromAsync(store.digests()), digests.toSorted());
  });

  it("keeps many uploads that hardly move on the disk, whole, while others pass", async () => {
    const store = await openStore({ ...settings, prefix: "many-uploads/" });
    const gate = Promise.withResolvers<void>();
    const bodies = Array.from({ length: 60 }, () => randomBytes(600_000));
    const slow = bodies.map((body) =>
      store.stage(
        (async function* () {
          yield body.subarray(0, 500_000);
          await gate.promise;
          yield body.subarray(500_000);
        })(),
      ),
    );
    const quick = randomBytes(20 * MEBIBYTE);
    assert.deepEqual(await read(await store.open(await put(store, quick))), quick);
    gate.resolve();
    for (const [index, staged] of (await Promise.all(slow)).entries()) {
      assert.deepEqual(await read(await staged.open()), bodies[index]);
    }
    assert.deepEqual(readdirSync(spoolDirectory), []);
  });
});

describe("a bucket that can't be used", () => {
  let server: S3Server;
  let settings: S3Settings;
  before(async () => {
    server = await startS3Server();
    settings = await createBucketAt(server.url);
  });
  after(() => server.stop());

  const refuses = (change: Partial<S3Settings>, message: RegExp) =>
    assert.rejects(openStore({ ...settings, ...change }), (error) => {
      assert.ok(error instanceof BlobStoreError, String(error));
      assert.match(error.message, message);
      assert.ok(!error.message.includes(settings.credentials?.secretAccessKey ?? ""));
      return true;
    });

  it("because the credentials are refused", async () => {
    const { accessKeyId = "", secretAccessKey = "" } = settings.credentials ?? {};
    const message = /refuses the credentials .*MODELREGISTRY_S3_ACCESS_KEY, MODELREGISTRY_S3_SECRET_KEY/;
    await refuses({ credentials: { accessKeyId, secretAccessKey: "wrong" } }, message);
    await refuses({ credentials: { accessKeyId: "wrong", secretAccessKey } }, message);
  });

  it("because it is not there, unless it is to be made", async () => {
    await refuses({ bucket: "nowhere" }, /There is no bucket nowhere: make it, or name another one with --blobs/);
    const store = await openStore({ ...settings, bucket: "made", createsBucket: true });
    assert.deepEqual(await Array.fromAsync(store.digests()), []);
  });

  it("because nobody answers", async () => {
    await refuses({ endpoint: "http://127.0.0.1:1" }, /does not answer \(ECONNREFUSED\): check .*--s3-endpoint/);
    await refuses({ endpoint: "http://nowhere.invalid" }, /does not answer \((ENOTFOUND|EAI_AGAIN)\): check/);
  });

  it("because it belongs to another registry", async () => {
    await openStore({ ...settings, prefix: "theirs/" });
    await refuses({ prefix: "theirs/" }, /holds the files of another registry.*--data.*--blobs/);
  });
});

describe("an S3 server with a certificate of an authority of its own", () => {
  let server: S3Server;
  let certificateAuthority: string;
  before(async () => {
    const certificate = await makeCertificate(directory);
    certificateAuthority = readFileSync(certificate.certificate, "utf8");
    server = await startS3Server({ tls: certificate });
  });
  after(() => server.stop());

  it("is trusted where the authority is named, and nowhere else", async () => {
    const settings = { ...settingsFor(server.url, "models"), createsBucket: true };
    await assert.rejects(openStore(settings), /certificate of the object storage is not trusted .*--s3-ca/);
    await assert.rejects(
      openStore({ ...settings, endpoint: settings.endpoint?.replace("https", "http") ?? "" }),
      BlobStoreError,
    );
    const store = await openStore({ ...settings, certificateAuthority });
    const bytes = randomBytes(20 * MEBIBYTE);
    assert.deepEqual(await read(await store.open(await put(store, bytes))), bytes);
  });
});
