import assert from "node:assert/strict";
import { createHash, randomBytes, randomUUID } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { before, describe, it } from "node:test";
import { isCoreError } from "../../../core/errors.ts";
import type { StagedBlob } from "../../../core/ports/blob-store.ts";
import type { DirectTransfers, SignedRequest, UploadedPart } from "../../../core/ports/direct-transfers.ts";
import { createTestBucket } from "../../testkit/s3.ts";
import { S3BlobStore } from "./s3-blob-store.ts";

const MEBIBYTE = 1024 * 1024;

describe("direct transfers with S3", () => {
  let store: S3BlobStore;
  let transfers: DirectTransfers;
  before(async () => {
    const settings = { ...(await createTestBucket()), publicEndpoint: "same" };
    const options = {
      spoolDirectory: join(tmpdir(), "s3-direct-spool"),
      registryId: randomUUID(),
      staleAfterMs: -60_000,
    };
    store = await S3BlobStore.open(settings, options);
    assert.ok(store.directTransfers);
    transfers = store.directTransfers;
  });

  const send = ({ method, url, headers }: SignedRequest, body?: Buffer, more: Record<string, string> = {}) =>
    fetch(url, { method, headers: { ...headers, ...more }, ...(body && { body: new Uint8Array(body) }) });

  const publish = async (staged: StagedBlob) => {
    await staged.publish(async () => undefined);
    await staged.discard();
  };

  async function putParts(upload: string, ...parts: Buffer[]): Promise<UploadedPart[]> {
    return Promise.all(
      parts.map(async (part, index) => {
        const response = await send(await transfers.signPart(upload, index + 1, 60), part);
        assert.equal(response.status, 200);
        return { number: index + 1, etag: response.headers.get("etag") ?? "" };
      }),
    );
  }

  async function read(digest: string): Promise<Buffer> {
    const bytes = await store.open(digest);
    assert.ok(bytes);
    return Buffer.concat(await Array.fromAsync(bytes, (piece) => Buffer.from(piece)));
  }

  it("takes an upload in parts, in whatever order they are named", async () => {
    const parts = [randomBytes(5 * MEBIBYTE), randomBytes(5 * MEBIBYTE), randomBytes(7)];
    const upload = await transfers.startMultipart();
    const put = await putParts(upload, ...parts);
    const staged = await transfers.completeMultipart(upload, put.toReversed());
    const whole = Buffer.concat(parts);
    assert.deepEqual([staged.digest, staged.size], [createHash("sha256").update(whole).digest("hex"), whole.length]);
    await publish(staged);
    assert.deepEqual(await read(staged.digest), whole);
  });

  it("lets a blob be fetched, in parts too, under the name and type that were asked for", async () => {
    const bytes = randomBytes(1000);
    const staged = await store.stage([bytes]);
    await publish(staged);
    const signed = await transfers.signDownload(staged.digest, 60, {
      contentType: "application/x-model",
      contentDisposition: 'attachment; filename="model.pkl"',
    });
    assert.ok(signed);
    const whole = await send(signed);
    assert.equal(whole.headers.get("content-type"), "application/x-model");
    assert.equal(whole.headers.get("content-disposition"), 'attachment; filename="model.pkl"');
    assert.deepEqual(Buffer.from(await whole.arrayBuffer()), bytes);
    const part = await send(signed, undefined, { range: "bytes=10-19" });
    assert.equal(part.status, 206);
    assert.deepEqual(Buffer.from(await part.arrayBuffer()), bytes.subarray(10, 20));
    assert.equal(await transfers.signDownload("0".repeat(64), 60), undefined);
  });

  it("adopts what was put in one request, and nothing that comes by it later", async () => {
    const { upload, request } = await transfers.startPut(60);
    assert.equal(await transfers.adoptPut(upload), undefined);
    const bytes = randomBytes(1000);
    assert.equal((await send(request, bytes)).status, 200);
    const staged = await transfers.adoptPut(upload);
    assert.ok(staged);
    await publish(staged);
    assert.equal((await send(request, randomBytes(1000))).status, 200);
    assert.deepEqual(await read(staged.digest), bytes);
  });

  it("refuses parts that were not put, that are too small, and uploads that are over or were never started", async () => {
    const upload = await transfers.startMultipart();
    const [first, second] = await putParts(upload, randomBytes(10), randomBytes(10));
    assert.ok(first && second);
    for (const parts of [[], [{ number: 3, etag: first.etag }], [{ number: 1, etag: "0" }], [first, second]]) {
      await assert.rejects(transfers.completeMultipart(upload, parts), (error) => isCoreError(error, "invalidValue"));
    }
    await transfers.abortMultipart(upload);
    await transfers.abortMultipart(upload);
    await assert.rejects(transfers.completeMultipart(upload, [first]), (error) => isCoreError(error, "notFound"));
    for (const unknown of ["", "x", `../${randomUUID()}.x`]) {
      await assert.rejects(transfers.completeMultipart(unknown, [first]), (error) =>
        isCoreError(error, "invalidValue"),
      );
    }
  });

  it("gives the object of a blob to nobody who knows its name", async () => {
    const bytes = randomBytes(1000);
    const staged = await store.stage([bytes]);
    await publish(staged);
    const { pathname } = new URL((await transfers.signDownload(staged.digest, 60))?.url ?? "");
    const forged = `${pathname.split("/").at(-1)}.upload`;
    await assert.rejects(transfers.completeMultipart(forged, [{ number: 1, etag: "0" }]), (error) =>
      isCoreError(error, "notFound"),
    );
    assert.deepEqual(await read(staged.digest), bytes);
  });

  it("forgets in time what nobody adopted", async () => {
    const upload = await transfers.startMultipart();
    const [part] = await putParts(upload, randomBytes(10));
    const { upload: put, request } = await transfers.startPut(60);
    await send(request, randomBytes(10));
    await store.removeStaleUploads();
    assert.ok(part);
    await assert.rejects(transfers.completeMultipart(upload, [part]), (error) => isCoreError(error, "notFound"));
    assert.equal(await transfers.adoptPut(put), undefined);
  });
});
