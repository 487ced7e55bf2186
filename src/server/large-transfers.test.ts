import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { type ClientRequest, type IncomingMessage, type OutgoingHttpHeaders, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { memoryGrowth, type ServerProcess, startServerProcess } from "./testkit/server-process.ts";

const MEBIBYTE = 1024 * 1024;
/** More by hand: `MODELREGISTRY_TEST_TRANSFER_GIB=20`. */
const FILE_SIZE = Number(process.env.MODELREGISTRY_TEST_TRANSFER_GIB ?? 1) * 1024 * MEBIBYTE;
const ALLOWED_GROWTH = 64 * MEBIBYTE;
const SLOW_UPLOADS = 100;
const FIRST_BYTES = 10_000;

const TUS = { "tus-resumable": "1.0.0" };

/** Resident memory is what Linux shows in /proc. */
const skip = process.platform !== "linux" && "needs /proc";

describe("large transfers", { skip }, () => {
  const directory = mkdtempSync(join(tmpdir(), "large-transfers-"));
  const block = randomBytes(MEBIBYTE);
  let server: ServerProcess;
  before(async () => {
    server = await startServerProcess(directory);
    for (const { upload, download } of [throughProxy("warm-up"), asModel("warm-up")]) {
      await upload(1);
      await download();
    }
  });
  after(async () => {
    await server.kill();
    rmSync(directory, { recursive: true });
  });

  /** A way to send a file of so many blocks, and to fetch it; both return the digest of what passed. */
  interface Transfer {
    upload(blocks: number): Promise<string>;
    download(): Promise<string>;
  }

  function throughProxy(name: string): Transfer {
    const path = `/api/2.0/mlflow-artifacts/artifacts/${name}`;
    return {
      upload: async (blocks) => (await send("PUT", path, blocks)).digest,
      download: () => download(path),
    };
  }

  function asModel(name: string): Transfer {
    let content = "";
    return {
      async upload(blocks) {
        const { digest, location } = await send("POST", `/api/v1/models?name=${name}`, blocks);
        content = `${location}/content`;
        return digest;
      },
      download: () => download(content),
    };
  }

  for (const [way, transfer] of [
    ["MLflow's proxy", throughProxy("large.bin")],
    ["the models API", asModel("large")],
  ] as const) {
    it(`carries ${FILE_SIZE / MEBIBYTE} MiB up and down through ${way}, whole, in memory that grows by less than 64 MiB`, async () => {
      let sent = "";
      let received = "";
      const growth = await memoryGrowth(server, async () => {
        sent = await transfer.upload(FILE_SIZE / MEBIBYTE);
        received = await transfer.download();
      });
      assert.equal(received, sent);
      assert.ok(growth < ALLOWED_GROWTH, `grew by ${Math.round(growth / MEBIBYTE)} MiB`);
    });
  }

  for (const [way, pathOf] of [
    ["MLflow's proxy", (index: number) => ["PUT", `/api/2.0/mlflow-artifacts/artifacts/slow/${index}`]],
    ["the models API", (index: number) => ["POST", `/api/v1/models?name=slow&version=${index}`]],
  ] as const) {
    it(`holds a hundred slow uploads through ${way} in as little memory, serves others, and forgets them when they break off`, async () => {
      const start = (index: number) => {
        const [method = "", path = ""] = pathOf(index);
        return begin(method, path, {});
      };
      const uploads = await beginAll(start, () => filesIn("uploads").length === SLOW_UPLOADS);
      for (const outgoing of uploads) outgoing.destroy();
      await until(() => filesIn("uploads").length === 0);
    });
  }

  it("holds a hundred slow resumable uploads in as little memory, serves others, and keeps what has come", async () => {
    const paths: string[] = [];
    for (let index = 0; index < SLOW_UPLOADS; index++) paths.push(await createUpload());
    const start = (index: number) =>
      begin("PATCH", paths[index] ?? "", {
        ...TUS,
        "upload-offset": "0",
        "content-type": "application/offset+octet-stream",
      });
    const uploads = await beginAll(start, () => filesIn("partial").length === SLOW_UPLOADS);
    for (const outgoing of uploads) outgoing.destroy();
    for (const path of paths) while ((await offsetOf(path)) < FIRST_BYTES);
  });

  async function beginAll(start: (index: number) => ClientRequest, begun: () => boolean): Promise<ClientRequest[]> {
    const uploads: ClientRequest[] = [];
    const growth = await memoryGrowth(server, async () => {
      for (let index = 0; index < SLOW_UPLOADS; index++) uploads.push(start(index));
      await until(begun);
      const { upload, download } = asModel(`beside-${uploads.length}`);
      assert.equal(await upload(10), await download());
    });
    assert.ok(growth < ALLOWED_GROWTH, `grew by ${Math.round(growth / MEBIBYTE)} MiB`);
    return uploads;
  }

  /** Promises 1 MiB and sends the beginning. */
  function begin(method: string, path: string, headers: OutgoingHttpHeaders): ClientRequest {
    const outgoing = ask(method, path, { "content-length": String(MEBIBYTE), ...headers });
    outgoing.on("error", () => undefined);
    outgoing.write(block.subarray(0, FIRST_BYTES));
    return outgoing;
  }

  async function createUpload(): Promise<string> {
    const outgoing = ask("POST", "/api/v1/uploads", { ...TUS, "upload-length": String(MEBIBYTE) }).end();
    return (await answerOf(outgoing)).resume().headers.location ?? "";
  }

  async function offsetOf(path: string): Promise<number> {
    const { headers } = (await answerOf(ask("HEAD", path, TUS).end())).resume();
    return Number(headers["upload-offset"]);
  }

  const filesIn = (folder: string) => readdirSync(join(directory, "blobs", folder));

  function ask(method: string, path: string, headers: OutgoingHttpHeaders = {}): ClientRequest {
    const { hostname, port } = new URL(server.url);
    return request({ hostname, port, path, method, headers, agent: false });
  }

  async function answerOf(outgoing: ClientRequest): Promise<IncomingMessage> {
    const [answer] = (await once(outgoing, "response")) as [IncomingMessage];
    return answer;
  }

  /** Sends so many different blocks. */
  async function send(method: string, path: string, blocks: number): Promise<{ digest: string; location: string }> {
    const hash = createHash("sha256");
    const headers = { "content-length": String(blocks * MEBIBYTE), "content-type": "application/octet-stream" };
    const outgoing = ask(method, path, headers);
    for (let index = 0; index < blocks; index++) {
      const piece = Buffer.from(block);
      piece.writeUInt32LE(index);
      hash.update(piece);
      if (!outgoing.write(piece)) await once(outgoing, "drain");
    }
    const answer = (await answerOf(outgoing.end())).resume();
    assert.ok(answer.statusCode === 200 || answer.statusCode === 201, String(answer.statusCode));
    return { digest: hash.digest("hex"), location: answer.headers.location ?? "" };
  }

  async function download(path: string): Promise<string> {
    const hash = createHash("sha256");
    for await (const piece of await answerOf(ask("GET", path).end())) hash.update(piece);
    return hash.digest("hex");
  }
});

/** Waits for what another process is about to do. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}
