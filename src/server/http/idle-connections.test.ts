import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { type ClientRequest, type IncomingMessage, request } from "node:http";
import { connect } from "node:net";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { setTimeout } from "node:timers/promises";
import { startTestServer, type TestServer } from "../testkit/test-server.ts";

const IDLE_TIMEOUT_MS = 1500;

describe("a connection on which nothing moves", () => {
  let server: TestServer;
  before(async () => {
    server = await startTestServer({ config: { idleTimeout: IDLE_TIMEOUT_MS } });
  });
  after(() => server.close());

  const FILE = "/api/2.0/mlflow-artifacts/artifacts/idle/file";
  const underWay = () => readdirSync(join(server.directory, "blobs/uploads"));

  function start(method: string, path: string, length: number): ClientRequest {
    return request(server.url + path, { method, agent: false, headers: { "content-length": String(length) } });
  }

  for (const [method, path] of [
    ["PUT", FILE],
    ["POST", "/api/v1/models?name=idle"],
    ["POST", "/api/2.0/mlflow/experiments/create"],
  ] as const) {
    it(`is closed in the middle of the body of ${method} ${path}`, async () => {
      const upload = start(method, path, 1000);
      upload.write("{");
      await assert.rejects(once(upload, "response"), { code: "ECONNRESET" });
      while (underWay().length > 0) await setTimeout(5);
    });
  }

  it("is kept for an upload that is slow, but goes on", async () => {
    const upload = start("PUT", FILE, 30);
    const answered = once(upload, "response");
    for (let sent = 0; sent < 30; sent++) {
      upload.write("x");
      await setTimeout((2 * IDLE_TIMEOUT_MS) / 30);
    }
    upload.end();
    const [answer] = (await answered) as [IncomingMessage];
    assert.equal(answer.resume().statusCode, 200);
  });

  it("is closed in the middle of an answer that the client does not take", async () => {
    const bytes = randomBytes(30_000_000);
    assert.equal((await fetch(server.url + FILE, { method: "PUT", body: bytes })).status, 200);
    const { hostname, port } = new URL(server.url);
    const client = connect(Number(port), hostname);
    client.write(`GET ${FILE} HTTP/1.1\r\nhost: ${hostname}\r\n\r\n`);
    await once(client, "readable");
    // A part of a write that still went out begins the time anew, once.
    await setTimeout(4 * IDLE_TIMEOUT_MS);
    let received = 0;
    client.on("data", (piece: Buffer) => {
      received += piece.length;
    });
    client.on("error", () => undefined);
    client.resume();
    await once(client, "close");
    assert.ok(received < bytes.length, `${received} bytes came`);
  });

  it("is kept between two requests", async () => {
    const { hostname, port } = new URL(server.url);
    const client = connect(Number(port), hostname);
    const ask = async () => {
      client.write(`GET /health HTTP/1.1\r\nhost: ${hostname}\r\n\r\n`);
      const [answer] = (await once(client, "data")) as [Buffer];
      assert.match(answer.toString(), /^HTTP\/1\.1 200/);
    };
    await ask();
    await setTimeout(2 * IDLE_TIMEOUT_MS);
    await ask();
    client.destroy();
  });
});
