import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { chmodSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { startTestServer, type TestServer } from "../../server/testkit/test-server.ts";
import { ConnectionError, DamagedError, DigestMismatchError, ModelRegistryClient, TimeoutError } from "../index.ts";
import { type CuttingProxy, startCuttingProxy } from "../testkit/cutting-proxy.ts";
import { type Answer, startScriptedServer } from "../testkit/scripted-server.ts";

const SIZE = 8 * 1024 * 1024;

describe("downloads over connections that break", () => {
  const content = randomBytes(SIZE);
  let server: TestServer;
  let proxy: CuttingProxy;
  let registry: ModelRegistryClient;
  let id: string;
  before(async () => {
    server = await startTestServer();
    proxy = await startCuttingProxy(server.url);
    registry = new ModelRegistryClient(proxy.url, { retries: 2 });
    id = (await registry.models.upload(content, { name: "large" })).metadataId;
  });
  after(async () => {
    await proxy.close();
    await server.close();
  });

  it("go on where they stopped, as often as it takes, and are whole", async () => {
    const { cuts } = proxy;
    proxy.cutAfter("down", 1_000_000, 2_000_000, 500_000, 3_000_000);
    const download = await registry.models.download(id);
    assert.ok(content.equals(await download.bytes()));
    assert.equal(proxy.cuts - cuts, 4);
  });

  it("go on within the part that was asked for", async () => {
    proxy.cutAfter("down", 1_000_000);
    const download = await registry.models.download(id, { range: { start: 1000, end: 3_000_000 } });
    assert.ok(content.subarray(1000, 3_000_000).equals(await download.bytes()));
  });

  it("fail where the server has other bytes when the connection is back", async () => {
    // Not over the connection that breaks.
    const { models } = new ModelRegistryClient(server.url);
    const { metadataId } = await models.upload(content, { name: "replaced", id: "replaced" });
    proxy.cutAfter("down", SIZE / 2);
    const reader = (await registry.models.download("replaced")).stream.getReader();
    await reader.read();
    await models.delete(metadataId);
    await models.upload(randomBytes(SIZE), { name: "replaced", id: "replaced" });
    await assert.rejects(readToEnd(reader), { code: "unexpected-answer" });
  });

  it("fail where the server's disk has spoilt the bytes", async () => {
    const { metadataId, sha256 } = await registry.models.upload(randomBytes(SIZE), { name: "spoilt" });
    const [blob = ""] = readdirSync(server.directory, { recursive: true, encoding: "utf8" }).filter((file) =>
      file.endsWith(sha256 ?? "none"),
    );
    const path = join(server.directory, blob);
    const bytes = readFileSync(path);
    bytes[SIZE / 2] = (bytes[SIZE / 2] ?? 0) + 1;
    chmodSync(path, 0o600);
    writeFileSync(path, bytes);
    const download = registry.models.download(metadataId).then((begun) => begun.bytes());
    await assert.rejects(download, DamagedError);
  });

  it("end with the signal and with the stream", async () => {
    const controller = new AbortController();
    const aborted = (await registry.models.download(id, { signal: controller.signal })).stream.getReader();
    await aborted.read();
    controller.abort(new Error("enough"));
    await assert.rejects(readToEnd(aborted), { message: "enough" });
    await (await registry.models.download(id)).stream.cancel();
  });
});

describe("downloads from servers that do not keep their word", () => {
  const content = Buffer.from("these are the bytes");
  const digestOf = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("base64");
  const headers = { etag: '"x"', "repr-digest": `sha-512=:AAAA:, sha-256=:${digestOf(content)}:` };

  async function downloadFrom(answer: Answer, timeoutMs = 30_000) {
    const server = await startScriptedServer(answer);
    try {
      const registry = new ModelRegistryClient(server.url, { retries: 1, timeoutMs });
      return Buffer.from(await (await registry.models.download("1")).bytes()).toString();
    } finally {
      await server.close();
    }
  }

  it("fail at the end where the bytes are others", async () => {
    const lie = downloadFrom((_request, response) => response.writeHead(200, headers).end("these are the lies!"));
    await assert.rejects(lie, DigestMismatchError);
    const truth = downloadFrom((_request, response) => response.writeHead(200, headers).end(content));
    assert.equal(await truth, content.toString());
  });

  it("fail where a length is promised and not kept, after asking for the rest", async () => {
    const short = downloadFrom((_request, response) => {
      response.writeHead(200, { ...headers, "content-length": "19" }).write("these are");
      setTimeout(() => response.destroy(), 10);
    });
    await assert.rejects(short, { code: "unexpected-answer" });
  });

  it("fail where bytes without a name break off: there is no asking for the rest", async () => {
    const archive = downloadFrom((_request, response) => {
      response.writeHead(200).write("PK");
      setTimeout(() => response.destroy(), 10);
    });
    await assert.rejects(archive, ConnectionError);
  });

  it("fail where the server falls silent in the middle", async () => {
    const silent = downloadFrom((_request, response) => {
      response.writeHead(200).write("PK");
    }, 500);
    await assert.rejects(silent, TimeoutError);
  });
});

async function readToEnd(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
  while (!(await reader.read()).done) {
    // Only the end matters.
  }
}
