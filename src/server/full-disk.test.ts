import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { mountSmallDisk, type SmallDisk } from "../stores/testkit/small-disk.ts";
import { startServer } from "./compose.ts";
import { readConfig } from "./config/config.ts";
import { startTestServer, type TestServer } from "./testkit/test-server.ts";

const MEBIBYTE = 1024 * 1024;
const disk = mountSmallDisk(16);
const skip = disk === undefined && "needs the right to mount a small disk";

describe("a server whose disk is full", { skip }, () => {
  const { path, fill, empty, unmount } = disk as SmallDisk;
  let server: TestServer;
  before(async () => {
    server = await startTestServer({ within: path });
  });
  after(async () => {
    empty();
    await server.close();
    unmount();
  });

  const urlOf = (name: string) => `${server.url}/api/2.0/mlflow-artifacts/artifacts/full/${name}`;
  const put = (name: string, body: Buffer<ArrayBuffer>) => fetch(urlOf(name), { method: "PUT", body });
  const get = async (name: string) => Buffer.from(await (await fetch(urlOf(name))).arrayBuffer());
  const underWay = () => readdirSync(join(server.directory, "blobs/uploads"));

  it("refuses a file that does not fit, keeps nothing of it, and takes one that does", async () => {
    const refused = await put("too large", randomBytes(20 * MEBIBYTE));
    assert.equal(refused.status, 503);
    assert.match(await refused.text(), /TEMPORARILY_UNAVAILABLE.*no room left for files, so nothing was stored/);
    assert.deepEqual(underWay(), []);
    assert.equal((await fetch(urlOf("too large"))).status, 404);
    const fitting = randomBytes(MEBIBYTE);
    assert.equal((await put("fitting", fitting)).status, 200);
    assert.deepEqual(await get("fitting"), fitting);
  });

  it("refuses a model that does not fit with 507, in whatever form it comes", async () => {
    const bytes = randomBytes(20 * MEBIBYTE);
    const form = new FormData();
    form.set("name", "form");
    form.set("file", new Blob([bytes]), "model.bin");
    for (const [query, body] of [
      ["?name=body", bytes],
      ["", form],
    ] as const) {
      const { status, body: problem } = await answerTo("POST", `/api/v1/models${query}`, body);
      assert.deepEqual([status, problem.code], [507, "no-space"]);
      assert.match(problem.detail, /no room left for files, so nothing was stored/);
    }
    assert.deepEqual(underWay(), []);
    assert.deepEqual((await answerTo("GET", "/api/v1/models")).body.models, []);
    assert.equal((await answerTo("POST", "/api/v1/models?name=body", bytes.subarray(0, MEBIBYTE))).status, 201);
  });

  it("keeps what has come of a resumable upload, which goes on when there is room", async () => {
    const bytes = randomBytes(5 * MEBIBYTE);
    const created = await tus("POST", "/api/v1/uploads", { "upload-length": String(bytes.length) });
    const path = created.headers.get("location") ?? "";
    fill(2 * MEBIBYTE);
    assert.equal((await sendFrom(0)).status, 507);
    empty();
    const offset = Number((await tus("HEAD", path)).headers.get("upload-offset"));
    assert.ok(offset > 0 && offset < bytes.length, `${offset} bytes`);
    assert.equal((await sendFrom(offset)).status, 204);
    const finished = JSON.stringify({ upload_id: path.slice(path.lastIndexOf("/") + 1), name: "resumed" });
    const { status, body } = await answerTo("POST", "/api/v1/models", finished, { "content-type": "application/json" });
    assert.deepEqual([status, body.size], [201, bytes.length]);

    function sendFrom(start: number) {
      const headers = { "content-type": "application/offset+octet-stream", "upload-offset": String(start) };
      return tus("PATCH", path, headers, bytes.subarray(start));
    }
  });

  it("refuses records too, answers every read, and loses nothing", async () => {
    const bytes = randomBytes(1000);
    await put("before", bytes);
    fill();
    const names = await createUntilRefused();
    await refusedAtOnce(20);
    assert.deepEqual(await get("before"), bytes);
    assert.equal((await put("while full", randomBytes(10_000))).status, 503);
    assert.deepEqual(underWay(), []);
    empty();
    assert.equal((await put("after", bytes)).status, 200);
    assert.equal((await server.mlflow("POST", "experiments/create", { name: "after" })).status, 200);
    for (const name of names) {
      const answer = await server.mlflow("GET", "experiments/get-by-name", { experiment_name: name });
      assert.equal(answer.status, 200, name);
    }
  });

  it("is not started anew before there is room, and says so", async () => {
    const config = readConfig(["--port", "0", "--data", join(path, "another")], {});
    fill();
    await assert.rejects(startServer(config), /another cannot be .*(full|no space).*\. /i);
    empty();
    await (await startServer(config)).close();
  });

  async function tus(method: string, path: string, headers = {}, body?: Buffer<ArrayBuffer>) {
    const answer = await fetch(server.url + path, {
      method,
      headers: { "tus-resumable": "1.0.0", ...headers },
      ...(body && { body }),
    });
    await answer.bytes();
    return answer;
  }

  async function answerTo(method: string, path: string, body?: RequestInit["body"], headers?: Record<string, string>) {
    const answer = await fetch(server.url + path, { method, ...(body && { body }), ...(headers && { headers }) });
    return { status: answer.status, body: JSON.parse(await answer.text()) };
  }

  /** Requests that arrive together are committed together. */
  async function refusedAtOnce(count: number): Promise<void> {
    const create = (index: number) =>
      server.mlflow("POST", "experiments/create", { name: `${index}${"y".repeat(400)}` });
    const answers = await Promise.all(Array.from({ length: count }, (_, index) => create(index)));
    assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([503]));
  }

  /** Returns the names of the experiments that were acknowledged: the log of the database may have some room left. */
  async function createUntilRefused(): Promise<string[]> {
    const names: string[] = [];
    for (;;) {
      const name = `${names.length}${"x".repeat(400)}`;
      const answer = await server.mlflow("POST", "experiments/create", { name });
      if (answer.status !== 200) {
        assert.equal(answer.status, 503);
        assert.match(answer.body.message, /no room left for records, so nothing was changed/);
        return names;
      }
      names.push(name);
    }
  }
});
