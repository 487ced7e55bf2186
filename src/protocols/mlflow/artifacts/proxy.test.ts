import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { readdirSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { after, before, beforeEach, describe, it } from "node:test";
import { type RawRequest, rawRequest } from "../../../server/testkit/raw-request.ts";
import { startTestServer, type TestServer } from "../../../server/testkit/test-server.ts";

const PROXY = "/api/2.0/mlflow-artifacts/artifacts";

describe("artifacts proxy", () => {
  let server: TestServer;
  let folders = 0;
  let folder = "";
  before(async () => {
    server = await startTestServer();
  });
  after(() => server.close());
  beforeEach(() => {
    folder = `folder-${++folders}`;
  });

  const send = (method: string, path: string, options: RawRequest = {}) =>
    rawRequest(server.url, `${PROXY}/${folder}/${path}`, { method, ...options });
  const put = (path: string, body: Uint8Array | string = path) => send("PUT", path, { body });
  const get = (path: string, headers: Record<string, string> = {}) => send("GET", path, { headers });
  const list = async (path: string) => {
    const { status, body } = await rawRequest(server.url, `${PROXY}?path=${encodeURIComponent(path)}`);
    assert.equal(status, 200);
    return JSON.parse(body.toString());
  };
  const blobs = () =>
    readdirSync(join(server.directory, "blobs/sha256"), { recursive: true, encoding: "utf8" }).filter(
      (name) => name.length > 2,
    );
  const uploads = () => readdirSync(join(server.directory, "blobs/uploads"));
  const eventsBelow = async (path: string) =>
    (await server.events()).filter((event) => "path" in event && event.path.startsWith(path));

  it("gives back what was uploaded, under every prefix", async () => {
    const bytes = randomBytes(700_000);
    const { status, body } = await put("model/weights.bin", bytes);
    assert.deepEqual([status, body.toString()], [200, ""]);
    for (const prefix of ["/api/2.0", "/api/3.0", "/ajax-api/2.0", "/ajax-api/3.0"]) {
      const path = `${prefix}/mlflow-artifacts/artifacts/${folder}/model/weights.bin`;
      assert.deepEqual((await rawRequest(server.url, path)).body, bytes);
    }
    const digest = createHash("sha256").update(bytes).digest("hex");
    assert.deepEqual(await eventsBelow(folder), [
      { kind: "artifact.stored", path: `${folder}/model/weights.bin`, digest, size: 700_000 },
    ]);
  });

  it("lists names and sizes, by name; an empty file shows none, as upstream", async () => {
    await put("d/b.txt", "12345");
    await put("d/a/deep.txt");
    await put("d/c", "");
    assert.deepEqual(await list(`${folder}/d`), {
      files: [
        { path: "a", is_dir: true },
        { path: "b.txt", is_dir: false, file_size: 5 },
        { path: "c", is_dir: false },
      ],
    });
    assert.deepEqual(await list(`${folder}/d/b.txt`), {});
    assert.deepEqual(await list(`${folder}/missing`), {});
    assert.deepEqual(await list(`${folder}/d/a/`), { files: [{ path: "deep.txt", is_dir: false, file_size: 12 }] });
  });

  it("says what it sends, and that browsers must save it", async () => {
    for (const [name, type] of [
      ["MLmodel", "text/plain"],
      ["conda.yaml", "text/plain"],
      ["notes.TXT", "text/plain"],
      ["plot.png", "image/png"],
      ["page.html", "text/html"],
      ["model.pkl", "application/octet-stream"],
      ["noextension", "application/octet-stream"],
    ] as const) {
      await put(name, "<script>alert(1)</script>");
      const { headers } = await get(name);
      assert.equal(headers["content-type"], type);
      assert.equal(headers["content-disposition"], `attachment; filename=${name}`);
      assert.equal(headers["x-content-type-options"], "nosniff");
      assert.equal(headers["content-security-policy"], "sandbox; default-src 'none'");
    }
  });

  it("keeps names of every alphabet", async () => {
    for (const [name, disposition] of [
      ["ünï.txt", "attachment; filename=uni.txt; filename*=UTF-8''%C3%BCn%C3%AF.txt"],
      ["日本", "attachment; filename=download; filename*=UTF-8''%E6%97%A5%E6%9C%AC"],
      ["dog%step%zz's*.png", "attachment; filename=dog%step%zz's*.png"],
      ['a "b" (1).txt', 'attachment; filename="a \\"b\\" (1).txt"'],
    ] as const) {
      const path = encodeURIComponent(name);
      await put(path, name);
      const { headers, body } = await get(path);
      assert.equal(body.toString(), name);
      assert.equal(headers["content-disposition"], disposition);
    }
    assert.deepEqual(
      (await list(folder)).files.map((file: { path: string }) => file.path),
      ['a "b" (1).txt', "dog%step%zz's*.png", "ünï.txt", "日本"],
    );
  });

  it("refuses to send a directory, in the shape of that route, and what is not there", async () => {
    await put("d/file");
    const directory = await get("d");
    assert.equal(directory.status, 400);
    assert.deepEqual(JSON.parse(directory.body.toString()), {
      detail: `Artifact path refers to a directory, not a file: '${folder}/d'`,
    });
    const missing = await get("nothing");
    assert.equal(missing.status, 404);
    const { error_code, message } = JSON.parse(missing.body.toString());
    assert.deepEqual([error_code, message], ["RESOURCE_DOES_NOT_EXIST", `No such artifact: '${folder}/nothing'`]);
  });

  it("refuses a file in the place of a directory and the reverse, and stores nothing", async () => {
    await put("d/file", "kept");
    const before = blobs();
    for (const path of ["d", "d/file/below", "d/file/far/below"]) {
      const { status, body } = await put(path, `new ${path}`);
      assert.equal(status, 400);
      assert.match(JSON.parse(body.toString()).message, /^Invalid path: .* is a (file|directory)/);
    }
    assert.equal((await get("d/file")).body.toString(), "kept");
    assert.deepEqual(blobs(), before);
    assert.deepEqual(uploads(), []);
  });

  it("deletes files and directories with their bytes, once and again", async () => {
    const others = blobs().length;
    for (const path of ["m/a", "m/sub/b", "m2/c"]) await put(path, `${folder} ${path}`);
    assert.equal(blobs().length, others + 3);
    for (let time = 0; time < 2; time++) {
      const { status, body } = await send("DELETE", "m/");
      assert.deepEqual([status, body.toString()], [200, "{}"]);
    }
    assert.equal(blobs().length, others + 1);
    assert.deepEqual(await list(folder), { files: [{ path: "m2", is_dir: true }] });
    assert.deepEqual(
      (await eventsBelow(folder)).filter((event) => event.kind === "artifact.deleted").toSorted(byPath),
      [
        { kind: "artifact.deleted", path: `${folder}/m/a` },
        { kind: "artifact.deleted", path: `${folder}/m/sub/b` },
      ],
    );
    assert.equal((await rawRequest(server.url, `${PROXY}/`, { method: "DELETE" })).status, 400);
  });

  it("keeps the same bytes once, until the last path lets go of them", async () => {
    const others = blobs().length;
    const bytes = randomBytes(100);
    await Promise.all(Array.from({ length: 30 }, (_, index) => put(`same/${index}`, bytes)));
    assert.equal(blobs().length, others + 1);
    await put("same/0", "other bytes");
    for (let index = 1; index < 29; index++) await send("DELETE", `same/${index}`);
    assert.deepEqual((await get("same/29")).body, bytes);
    assert.equal(blobs().length, others + 2);
    await put("same/29", "other bytes");
    assert.equal(blobs().length, others + 1);
    assert.deepEqual(uploads(), []);
  });

  it("never loses bytes to deletions and uploads of the same bytes that come together", async () => {
    const bytes = randomBytes(5000);
    await Promise.all(
      Array.from({ length: 8 }, async (_, worker) => {
        for (let round = 0; round < 15; round++) {
          await put(`race/${worker}`, bytes);
          assert.deepEqual((await get(`race/${worker}`)).body, bytes);
          if (round % 3 === 2) await put(`race/${worker}`, `different ${worker}`);
          await send("DELETE", `race/${worker}`);
        }
      }),
    );
    assert.deepEqual(await list(`${folder}/race`), {});
  });

  it("serves ranges", async () => {
    await put("r.txt", "0123456789");
    for (const [range, status, body, contentRange] of [
      ["bytes=0-0", 206, "0", "bytes 0-0/10"],
      ["bytes=2-4", 206, "234", "bytes 2-4/10"],
      ["bytes=7-", 206, "789", "bytes 7-9/10"],
      ["bytes=-3", 206, "789", "bytes 7-9/10"],
      ["bytes=-99", 206, "0123456789", "bytes 0-9/10"],
      ["bytes=5-99999999999999999999", 206, "56789", "bytes 5-9/10"],
      ["bytes=10-", 416, "", "bytes */10"],
      ["bytes=-0", 416, "", "bytes */10"],
      ["bytes=4-2", 200, "0123456789", undefined],
      ["bytes=0-1,3-4", 200, "0123456789", undefined],
      ["bytes=-", 200, "0123456789", undefined],
      ["lines=0-1", 200, "0123456789", undefined],
      ["nonsense", 200, "0123456789", undefined],
    ] as const) {
      const answer = await get("r.txt", { range });
      assert.deepEqual(
        [answer.status, answer.body.toString(), answer.headers["content-range"]],
        [status, body, contentRange],
        range,
      );
    }
    await put("empty", "");
    assert.equal((await get("empty", { range: "bytes=0-" })).status, 416);
  });

  it("answers conditions by the digest", async () => {
    await put("c.txt", "content");
    const digest = createHash("sha256").update("content").digest();
    const first = await get("c.txt");
    const { etag = "" } = first.headers;
    assert.equal(etag, `"${digest.toString("hex")}"`);
    assert.equal(first.headers["repr-digest"], `sha-256=:${digest.toString("base64")}:`);
    for (const known of [etag, `W/${etag}`, `"other", ${etag}`, "*"]) {
      const { status, body, headers } = await get("c.txt", { "if-none-match": known });
      assert.deepEqual([status, body.length, headers.etag], [304, 0, etag], known);
    }
    assert.equal((await get("c.txt", { "if-none-match": '"other"' })).status, 200);
    assert.equal((await get("c.txt", { range: "bytes=0-1", "if-range": etag })).status, 206);
    assert.equal((await get("c.txt", { range: "bytes=0-1", "if-range": '"other"' })).body.toString(), "content");
    const head = await send("HEAD", "c.txt");
    assert.deepEqual([head.status, head.headers["content-length"], head.body.length], [200, "7", 0]);
    assert.equal(head.headers.etag, etag);
  });

  it("leaves nothing of an upload that breaks off", async () => {
    const others = blobs();
    for (const headers of [{ "content-length": "5000000" }, { "transfer-encoding": "chunked" }]) {
      const { hostname, port } = new URL(server.url);
      const path = `${PROXY}/${folder}/broken`;
      const outgoing = request({ hostname, port, path, method: "PUT", headers, agent: false });
      outgoing.on("error", () => undefined);
      outgoing.write(randomBytes(400_000));
      await until(() => uploads().length === 1);
      outgoing.destroy();
      await until(() => uploads().length === 0);
    }
    assert.equal((await get("broken")).status, 404);
    assert.deepEqual(blobs(), others);
    assert.deepEqual(await eventsBelow(folder), []);
  });
});

/** Waits for what another process or thread is about to do. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}

function byPath(left: object, right: object): number {
  return JSON.stringify(left) < JSON.stringify(right) ? -1 : 1;
}
