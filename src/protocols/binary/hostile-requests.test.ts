import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { readdirSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { after, before, beforeEach, describe, it } from "node:test";
import { setTimeout } from "node:timers/promises";
import { rawRequest } from "../../server/testkit/raw-request.ts";
import { startTestServer, type TestServer } from "../../server/testkit/test-server.ts";

const CANARY = "canary: nobody may read this";

describe("hostile requests for model files", () => {
  let server: TestServer;
  let id = "";
  let storagePath = "";
  before(async () => {
    server = await startTestServer();
    writeFileSync(join(server.directory, "canary"), CANARY);
    const answer = await fetch(`${server.url}/api/v1/models?name=kept&storage_group=g`, {
      method: "POST",
      body: "bytes",
    });
    const model = (await answer.json()) as { metadata_id: string; storage_path: string };
    [id, storagePath] = [model.metadata_id, model.storage_path];
  });
  after(() => server.close());

  const files = () =>
    readdirSync(join(server.directory, "blobs"), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ name }) => name)
      .sort();
  const names = async () => {
    const { models } = (await (await fetch(`${server.url}/api/v1/models?page_size=1000`)).json()) as {
      models: { name: string; version: string }[];
    };
    return models.map(({ name, version }) => `${name} ${version}`);
  };
  let before_: [string[], string[]] = [[], []];
  beforeEach(async () => {
    before_ = [files(), await names()];
  });
  /** A broken upload is noticed a moment after its client has gone. */
  const unchanged = async () => {
    for (let turn = 0; turn < 200 && files().length > before_[0].length; turn++) await setTimeout(10);
    assert.deepEqual([files(), await names()], before_);
  };

  /** Sends bytes as they are, and closes after what the server answers, or after `patience` ms without an answer. */
  async function send(head: string, body: Buffer, patience = 500): Promise<string> {
    const { hostname, port } = new URL(server.url);
    const socket = connect(Number(port), hostname);
    let answer = "";
    socket.on("data", (piece) => {
      answer += piece;
    });
    socket.on("error", () => undefined);
    socket.write(`${head.replaceAll("\n", "\r\n")}\r\n\r\n`);
    socket.write(body);
    await Promise.race([once(socket, "data"), setTimeout(patience)]);
    socket.destroy();
    return answer;
  }

  it("keeps nothing of a body that is shorter than its Content-Length", async () => {
    for (const type of ["application/octet-stream", "multipart/form-data; boundary=b", "application/x-tar"]) {
      const part = 'Content-Disposition: form-data; name="file"; filename="f"\r\n\r\n';
      const body = type.startsWith("multipart") ? Buffer.from(`--b\r\n${part}half of a file`) : randomBytes(300_000);
      const unpack = type.endsWith("tar") ? "&unpack=tar" : "";
      const head = `POST /api/v1/models?name=short${unpack} HTTP/1.1\nHost: x\nContent-Type: ${type}\nContent-Length: ${body.length + 1}`;
      const answer = await send(head, body);
      assert.doesNotMatch(answer, /^HTTP\/1\.1 2/, type);
      await unchanged();
    }
  });

  it("keeps nothing of a chunked body that breaks off", async () => {
    const head = "POST /api/v1/models?name=chunked HTTP/1.1\nHost: x\nTransfer-Encoding: chunked";
    assert.equal(await send(head, Buffer.from("5\r\nbytes\r\n5\r\nby")), "");
    await unchanged();
  });

  it("takes no more of a body than its Content-Length, and no other request out of the rest", async () => {
    const rest = Buffer.from(`DELETE /api/v1/models/${id} HTTP/1.1\r\nHost: x\r\n\r\n`);
    const head = "POST /api/v1/models?name=long HTTP/1.1\nHost: x\nContent-Length: 5\nTransfer-Encoding: chunked";
    assert.match(await send(head, Buffer.concat([Buffer.from("bytes"), rest])), /^HTTP\/1\.1 400/);
    await unchanged();
  });

  it("makes one model of many uploads at once under one id, and keeps nothing of the others", async () => {
    const contents = Array.from({ length: 10 }, () => randomBytes(50_000));
    const answers = await Promise.all(
      contents.map((body) =>
        fetch(`${server.url}/api/v1/models?name=race&version=1&id=race`, { method: "POST", body }).then(
          async (response) => [response.status, await response.text()] as const,
        ),
      ),
    );
    assert.deepEqual(answers.map(([status]) => status).sort(), [201, ...Array(9).fill(409)]);
    const digests = contents.map((content) => createHash("sha256").update(content).digest("hex"));
    assert.equal(files().filter((name) => digests.includes(name)).length, 1);
  });

  it("gives out nothing but the model's own files, however a path climbs", async () => {
    const climbs = ["../", "..%2f", "%2e%2e/", "%2e%2e%2f", "%252e%252e%252f", "..%5c", "..%255c", "%00", "./", "//"];
    for (const climb of climbs) {
      for (const times of [1, 2, 5]) {
        const path = `${climb.repeat(times)}canary`;
        for (const target of [
          `models/${id}/files/${path}`,
          `models/download?storage_path=${path}&metadata_id=${id}&storage_group=g`,
          `models/download?storage_path=${storagePath}&metadata_id=${id}&storage_group=${path}`,
          `models/${path}/content`,
          `uploads/${path}`,
          `signed/${path}?expires=9999999999&signature=${"0".repeat(64)}`,
        ]) {
          const answer = await rawRequest(server.url, `/api/v1/${target}`, {});
          assert.ok([400, 403, 404, 405, 412].includes(answer.status), `${target}: ${answer.status} ${answer.body}`);
          assert.ok(!answer.body.includes(CANARY), target);
        }
      }
    }
    await unchanged();
  });

  it("names no archive after a place", async () => {
    for (const name of ["../kept.tar", "a/kept.tar", "..\\kept.tar", "%2e%2e%2fkept.tar"]) {
      const path = `/api/v1/models/${id}/archive/${encodeURIComponent(name)}`;
      const { status, headers } = await rawRequest(server.url, path, {});
      assert.equal(status, name.startsWith("%") ? 200 : 404, name);
      assert.doesNotMatch(headers["content-disposition"] ?? "", /[/\\]/);
    }
  });
});
