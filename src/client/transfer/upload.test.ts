import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { after, before, describe, it } from "node:test";
import { startTestServer, type TestServer } from "../../server/testkit/test-server.ts";
import { ConnectionError, DigestMismatchError, InvalidValueError, ModelRegistryClient } from "../index.ts";
import { type CuttingProxy, startCuttingProxy } from "../testkit/cutting-proxy.ts";
import type { ResumableUpload, UploadOptions } from "./upload.ts";

const KIBIBYTE = 1024;
const MEBIBYTE = 1024 * KIBIBYTE;

const inParts = { resumableFrom: MEBIBYTE, partSize: 512 * KIBIBYTE };

describe("uploads in parts", () => {
  // The last part is a small one.
  const content = randomBytes(3 * MEBIBYTE + 1000);
  const sha256 = createHash("sha256").update(content).digest("hex");
  let server: TestServer;
  let proxy: CuttingProxy;
  let registry: ModelRegistryClient;
  before(async () => {
    server = await startTestServer();
    proxy = await startCuttingProxy(server.url);
    registry = new ModelRegistryClient(proxy.url, { retries: 3 });
  });
  after(async () => {
    await proxy.close();
    await server.close();
  });

  /** Requests of an upload go where the test can count them. */
  function countingFetch() {
    const counts: Record<string, number> = {};
    const fetch: typeof globalThis.fetch = (input, init) => {
      const request = `${init?.method} ${new URL(String(input)).pathname.replace(/uploads\/.+/, "uploads/…")}`;
      counts[request] = (counts[request] ?? 0) + 1;
      return globalThis.fetch(input, init);
    };
    return { counts, client: new ModelRegistryClient(proxy.url, { fetch, retries: 3 }) };
  }

  async function* piecesOf(bytes: Uint8Array, size: number): AsyncIterable<Uint8Array> {
    for (let start = 0; start < bytes.byteLength; start += size) yield bytes.subarray(start, start + size);
  }

  const holds = async (metadataId: string, expected: Uint8Array) => {
    const received = await (await registry.models.download(metadataId)).bytes();
    assert.ok(Buffer.from(expected).equals(received));
  };

  it("begin where a file is large, and small ones take one request", async () => {
    const { counts, client } = countingFetch();
    await client.models.upload(content.subarray(0, MEBIBYTE - 1), { name: "small" }, inParts);
    assert.deepEqual(counts, { "POST /api/v1/models": 1 });
    const model = await client.models.upload(
      new Blob([content]),
      { name: "large", version: "1", tags: { a: "b" } },
      inParts,
    );
    assert.deepEqual(counts, {
      "POST /api/v1/models": 2,
      "GET /api/v1/models": 1,
      "POST /api/v1/uploads": 1,
      "PATCH /api/v1/uploads/…": 7,
    });
    assert.deepEqual([model.sha256, model.size, model.tags], [sha256, content.byteLength, { a: "b" }]);
    await holds(model.metadataId, content);
  });

  const streams: Record<string, [source: () => AsyncIterable<Uint8Array> | ReadableStream<Uint8Array>, size?: number]> =
    {
      "a stream of unknown size": [() => ReadableStream.from(piecesOf(content, 70_000))],
      "a stream of known size": [() => ReadableStream.from(piecesOf(content, 70_000)), content.byteLength],
      "an iterable with large pieces": [() => piecesOf(content, 2 * MEBIBYTE)],
      "a stream of whole parts": [() => piecesOf(content.subarray(0, MEBIBYTE), 512 * KIBIBYTE)],
    };
  for (const [kind, [source, size]] of Object.entries(streams)) {
    it(`come from ${kind}`, async () => {
      const totals = new Set<number | undefined>();
      let last = 0;
      const options: UploadOptions = {
        ...inParts,
        ...(size !== undefined && { size }),
        onProgress: ({ bytes, total }) => {
          assert.ok(bytes > last);
          last = bytes;
          totals.add(total);
        },
      };
      const model = await registry.models.upload(source(), { name: "streams" }, options);
      assert.deepEqual([...totals], [size]);
      assert.equal(model.size, last);
      await holds(model.metadataId, content.subarray(0, last));
    });
  }

  it("go on after the connection broke, as often as it takes, with streams too", async () => {
    for (const source of [() => new Blob([content]), () => ReadableStream.from(piecesOf(content, 70_000))]) {
      const { cuts } = proxy;
      const { counts, client } = countingFetch();
      proxy.cutAfter("up", 700_000, 100_000, 400_000, 1_000_000);
      proxy.cutAfter("down", 900);
      const model = await client.models.upload(source(), { name: "cut" }, inParts);
      assert.equal(proxy.cuts - cuts, 5);
      assert.ok((counts["HEAD /api/v1/uploads/…"] ?? 0) >= 4);
      await holds(model.metadataId, content);
    }
  });

  it("make one model where the answer that it was made gets lost", async () => {
    const { client } = countingFetch();
    const onProgress = ({ bytes }: { bytes: number }) => {
      // From here on only the making of the model answers.
      if (bytes === content.byteLength) proxy.cutAfter("down", 10);
    };
    const model = await client.models.upload(content, { name: "made once" }, { ...inParts, onProgress });
    await holds(model.metadataId, content);
    const versions: number[] = [];
    for await (const { versionNumber } of registry.models.list({ name: "made once" })) versions.push(versionNumber);
    assert.deepEqual(versions, [1]);
  });

  it("go on in another page with what the first has kept, and send only what is missing", async () => {
    const file = new File([content], "weights.bin", { lastModified: 5 });
    const kept = await interrupted(file);
    const { counts, client } = countingFetch();
    const again = new File([content], "weights.bin", { lastModified: 5 });
    const resume = JSON.parse(JSON.stringify(kept));
    const model = await client.models.upload(again, { name: "resumed" }, { ...inParts, resume });
    assert.equal(counts["PATCH /api/v1/uploads/…"], 3);
    assert.equal(counts["POST /api/v1/uploads"], undefined);
    assert.equal(model.sha256, sha256);
    await holds(model.metadataId, content);
  });

  it("begin anew where the file is another, or the server has forgotten the upload", async () => {
    const kept = await interrupted(new File([content], "weights.bin", { lastModified: 5 }));
    for (const [file, resume] of [
      [new File([content], "weights.bin", { lastModified: 6 }), kept],
      [new File([content], "weights.bin", { lastModified: 5 }), { ...kept, uploadId: crypto.randomUUID() }],
    ] as const) {
      const { counts, client } = countingFetch();
      let begun: ResumableUpload | undefined;
      const onResumable = (upload: ResumableUpload) => {
        begun = upload;
      };
      const model = await client.models.upload(file, { name: "anew" }, { ...inParts, resume, onResumable });
      assert.equal(counts["PATCH /api/v1/uploads/…"], 7);
      assert.notEqual(begun?.uploadId, kept.uploadId);
      await holds(model.metadataId, content);
    }
  });

  it("refuse a file that has changed between its parts, by its digest", async () => {
    const kept = await interrupted(new File([content], "weights.bin", { lastModified: 5 }));
    const other = new File([randomBytes(content.byteLength)], "weights.bin", { lastModified: 5 });
    const pending = registry.models.upload(other, { name: "changed" }, { ...inParts, resume: kept });
    await assert.rejects(pending, DigestMismatchError);
    assert.deepEqual(await Array.fromAsync(registry.models.list({ name: "changed" })), []);
  });

  it("do not begin where the id or the version is taken", async () => {
    await registry.models.upload(new Blob(["x"]), { name: "taken", version: "1", id: "taken-1" });
    for (const [model, field] of [
      [{ name: "taken", version: "1" }, "version"],
      [{ name: "taken", id: "taken-1" }, "id"],
    ] as const) {
      const { counts, client } = countingFetch();
      await assert.rejects(client.models.upload(content, model, inParts), { code: "already-exists", field });
      assert.equal(counts["POST /api/v1/uploads"], undefined);
    }
  });

  it("leave nothing on the server where nobody can go on with them", async () => {
    const failing = async function* () {
      yield content.subarray(0, MEBIBYTE);
      throw new Error("the disk is gone");
    };
    const { counts, client } = countingFetch();
    await assert.rejects(client.models.upload(failing(), { name: "left" }, inParts), { message: "the disk is gone" });
    assert.equal(counts["DELETE /api/v1/uploads/…"], 1);
  });

  for (const [what, source, size] of [
    ["less", content.subarray(0, MEBIBYTE), MEBIBYTE + 1],
    ["more", content.subarray(0, MEBIBYTE), MEBIBYTE - 1],
    ["less, in one part,", content.subarray(0, 100), 101],
  ] as const) {
    it(`refuse a stream that brings ${what} than was said`, async () => {
      const pending = registry.models.upload(piecesOf(source, 70_000), { name: "size" }, { ...inParts, size });
      await assert.rejects(pending, (error) => error instanceof InvalidValueError && error.field === "size");
    });
  }

  it("refuse a stream of something else than bytes, and cancel it", async () => {
    let cancelled = false;
    const stream = new ReadableStream({
      pull: (controller) => controller.enqueue("text"),
      cancel: () => {
        cancelled = true;
      },
    });
    await assert.rejects(registry.models.upload(stream, { name: "text" }, inParts), { field: "source" });
    assert.ok(cancelled);
  });

  it("end with the signal, even while the stream says nothing", async () => {
    const controller = new AbortController();
    let cancelled = false;
    const stream = new ReadableStream<Uint8Array>({
      start: (stream) => stream.enqueue(content.subarray(0, MEBIBYTE)),
      cancel: () => {
        cancelled = true;
      },
    });
    const options = { ...inParts, signal: controller.signal };
    const onProgress = () => setImmediate(() => controller.abort(new Error("enough")));
    const pending = registry.models.upload(stream, { name: "aborted" }, { ...options, onProgress });
    await assert.rejects(pending, { message: "enough" });
    assert.ok(cancelled);
  });

  it("give up where the connection breaks without any progress", async () => {
    const { client } = countingFetch();
    // Those of a part and of the question how much of it is there, with its three retries.
    const onResumable = () => proxy.cutAfter("up", 0, 0, 0, 0, 0);
    const pending = client.models.upload(content, { name: "hopeless" }, { ...inParts, onResumable });
    await assert.rejects(pending, ConnectionError);
  });

  /** An upload whose page is closed after four parts. */
  async function interrupted(file: File): Promise<ResumableUpload> {
    let kept: ResumableUpload | undefined;
    const controller = new AbortController();
    const pending = registry.models.upload(
      file,
      { name: "interrupted" },
      {
        ...inParts,
        signal: controller.signal,
        onResumable: (upload) => {
          kept = upload;
        },
        onProgress: ({ bytes }) => bytes === 4 * inParts.partSize && controller.abort(new Error("closed")),
      },
    );
    await assert.rejects(pending, { message: "closed" });
    assert.ok(kept);
    return kept;
  }
});
