import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before, beforeEach, describe, it } from "node:test";
import { setTimeout } from "node:timers/promises";
import { Upload, type UploadOptions } from "tus-js-client";
import { type ServerProcess, startServerProcess } from "../../../server/testkit/server-process.ts";

const content = randomBytes(8 * 1024 * 1024);
/** Quick, and often enough for a server to start again. */
const RETRIES = Array.from({ length: 200 }, () => 50);

describe("tus-js-client", { timeout: 60_000 }, () => {
  const data = mkdtempSync(join(tmpdir(), "modelregistry-tus-"));
  let server: ServerProcess;
  let gate: Gate;
  before(async () => {
    server = await startServerProcess(data);
  });
  after(async () => {
    await server.kill();
    rmSync(data, { recursive: true });
  });
  beforeEach(async () => {
    gate = await openGate(() => server.url);
  });
  afterEach(() => gate.close());

  const begin = (options: Partial<UploadOptions> = {}) => {
    const finished = Promise.withResolvers<void>();
    const upload = new Upload(content, {
      endpoint: `${gate.url}/api/v1/uploads`,
      retryDelays: RETRIES,
      metadata: { name: "model", filename: "模型.pkl" },
      onSuccess: () => finished.resolve(),
      onError: finished.reject,
      ...options,
    });
    upload.start();
    return { upload, finished: finished.promise };
  };
  const stateOf = ({ url }: Upload) => fetch(`${server.url}${new URL(url ?? "").pathname}`, { method: "HEAD" });
  /** What has arrived, as it lies on the disk, in the order in which it is joined. */
  const arrived = async (upload: Upload) => {
    const { headers } = await stateOf(upload);
    const paths = headers.get("upload-concat")?.replace("final;", "").split(" ") ?? [upload.url ?? ""];
    return Buffer.concat(
      paths.map((path) => readFileSync(join(data, "blobs", "partial", path.split("/").at(-1) ?? ""))),
    );
  };
  const restart = async () => {
    await server.kill();
    server = await startServerProcess(data);
  };

  it("uploads", async () => {
    const { upload, finished } = begin();
    await finished;
    const { headers } = await stateOf(upload);
    assert.equal(headers.get("upload-offset"), String(content.length));
    assert.ok((await arrived(upload)).equals(content));
  });

  it("uploads in pieces, with the first one on creation, a length that comes last, and POST for PATCH", async () => {
    const pieces = { chunkSize: 3_000_000, uploadDataDuringCreation: true };
    const { upload, finished } = begin({ ...pieces, uploadLengthDeferred: true, overridePatchMethod: true });
    await finished;
    assert.ok((await arrived(upload)).equals(content));
  });

  it("goes on where the connection was cut, several times", async () => {
    gate.cutEvery(1_500_000);
    const { upload, finished } = begin();
    await finished;
    assert.ok(gate.cuts >= 3, `${gate.cuts} cuts`);
    assert.ok((await arrived(upload)).equals(content));
  });

  it("goes on where the server was killed and started again", async () => {
    const half = gate.whenPassed(content.length / 2);
    const { upload, finished } = begin();
    await half;
    await restart();
    await finished;
    assert.ok((await arrived(upload)).equals(content));
  });

  it("uploads parts in parallel, which are cut too", async () => {
    gate.cutEvery(1_500_000);
    const { upload, finished } = begin({ parallelUploads: 4 });
    await finished;
    assert.ok(gate.cuts >= 3, `${gate.cuts} cuts`);
    const { headers } = await stateOf(upload);
    assert.match(headers.get("upload-concat") ?? "", /^final;(\S+ ){3}\S+$/);
    assert.equal(headers.get("upload-length"), String(content.length));
    assert.ok((await arrived(upload)).equals(content));
  });

  it("goes on later, from what it remembers", async () => {
    const half = gate.whenPassed(content.length / 2);
    const first = begin();
    await half;
    await first.upload.abort();
    const { finished, upload } = begin({ uploadUrl: first.upload.url });
    await finished;
    assert.equal(upload.url, first.upload.url);
    assert.ok((await arrived(upload)).equals(content));
  });

  for (const parallelUploads of [1, 3]) {
    it(`gives up, and nothing stays, with ${parallelUploads} at a time`, async () => {
      const before = readdirSync(join(data, "blobs", "partial"));
      const half = gate.whenPassed(content.length / 2);
      const answered = { POST: 0, DELETE: 0 };
      const { upload } = begin({
        parallelUploads,
        onAfterResponse(request) {
          const method = request.getMethod();
          if (method === "POST" || method === "DELETE") answered[method]++;
        },
      });
      await half;
      await upload.abort(true);
      // With several the client doesn't wait for their ends.
      while (answered.DELETE < answered.POST) await setTimeout(10);
      assert.deepEqual(readdirSync(join(data, "blobs", "partial")), before);
    });
  }
});

/** A way to the server that can break. */
interface Gate {
  url: string;
  /** Connections that it has cut. */
  readonly cuts: number;
  /** From now on each connection breaks when this many bytes have gone to the server over it; at most three do. */
  cutEvery(bytes: number): void;
  /** When this many bytes have gone to the server in all. */
  whenPassed(bytes: number): Promise<void>;
  close(): void;
}

const MOST_CUTS = 3;

async function openGate(target: () => string): Promise<Gate> {
  let cutAt = Number.POSITIVE_INFINITY;
  let cuts = 0;
  let passed = 0;
  let awaited: { bytes: number; resolve: () => void } | undefined;
  const sockets = new Set<Socket>();
  const gate: Server = createServer((client) => {
    const server = connect(Number(new URL(target()).port), "127.0.0.1");
    let bytes = 0;
    const cut = () => {
      client.destroy();
      server.destroy();
    };
    for (const socket of [client, server]) socket.on("error", cut).on("close", cut);
    sockets.add(client);
    server.pipe(client);
    client.pipe(server);
    client.on("data", (piece) => {
      bytes += piece.length;
      passed += piece.length;
      if (awaited && passed >= awaited.bytes) awaited.resolve();
      if (bytes < cutAt || cuts >= MOST_CUTS) return;
      cuts++;
      cut();
    });
  });
  await new Promise<void>((resolve) => gate.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(gate.address() as AddressInfo).port}`,
    get cuts() {
      return cuts;
    },
    cutEvery: (bytes) => {
      cutAt = bytes;
    },
    whenPassed: (bytes) =>
      new Promise((resolve) => {
        awaited = { bytes, resolve };
      }),
    close() {
      for (const socket of sockets) socket.destroy();
      gate.close();
    },
  };
}
