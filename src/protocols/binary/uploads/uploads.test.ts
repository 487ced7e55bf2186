import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { connect } from "node:net";
import { dirname, join } from "node:path";
import { after, before, describe, it } from "node:test";
import { setTimeout } from "node:timers/promises";
import { type RawAnswer, rawRequest } from "../../../server/testkit/raw-request.ts";
import { startTestServer, type TestServer } from "../../../server/testkit/test-server.ts";

const BYTES = { "content-type": "application/offset+octet-stream" };
const digest = (algorithm: string, text: string) =>
  `${algorithm} ${createHash(algorithm).update(text).digest("base64")}`;

describe("uploads by tus", () => {
  let server: TestServer;
  before(async () => {
    server = await startTestServer();
  });
  after(() => server.close());

  const send = (method: string, path: string, headers: Record<string, string> = {}, body?: string) =>
    rawRequest(server.url, path, {
      method,
      headers: { "tus-resumable": "1.0.0", ...headers },
      ...(body !== undefined && { body }),
    });
  const post = (headers: Record<string, string>, body?: string) => send("POST", "/api/v1/uploads", headers, body);
  const create = async (headers: Record<string, string>, body?: string) => {
    const { status, headers: answered } = await post(headers, body);
    assert.equal(status, 201);
    return String(answered.location);
  };
  const append = (path: string, offset: number, body: string, headers: Record<string, string> = {}) =>
    send("PATCH", path, { ...BYTES, "upload-offset": String(offset), ...headers }, body);
  const head = async (path: string) => (await send("HEAD", path)).headers;
  const fileOf = (path: string) => join(server.directory, "blobs", "partial", path.slice(path.lastIndexOf("/") + 1));
  const bytesOf = (path: string) => readFileSync(fileOf(path), "utf8");
  const sizeOf = (path: string) => statSync(fileOf(path), { throwIfNoEntry: false })?.size ?? 0;
  /** A PATCH from the beginning that promises `length` bytes and sends fewer. */
  const startSending = (path: string, text: string, length: number) => {
    const { hostname, port } = new URL(server.url);
    const socket = connect(Number(port), hostname);
    socket.write(`PATCH ${path} HTTP/1.1\r\nhost: localhost\r\ntus-resumable: 1.0.0\r\nupload-offset: 0\r\n`);
    socket.write(`content-type: ${BYTES["content-type"]}\r\ncontent-length: ${length}\r\n\r\n${text}`);
    return socket;
  };
  const problem = (answer: RawAnswer) => {
    assert.match(String(answer.headers["content-type"]), /^application\/problem\+json/);
    assert.equal(answer.headers["tus-resumable"], "1.0.0");
    return JSON.parse(answer.body.toString());
  };
  const refused = async (request: Promise<RawAnswer>, status: number, code: string, detail: RegExp, field?: string) => {
    const answer = await request;
    const found = problem(answer);
    assert.deepEqual([answer.status, found.status, found.code, found.field], [status, status, code, field]);
    assert.match(found.detail, detail);
  };

  describe("say what they can", () => {
    for (const path of ["/api/v1/uploads", "/api/v1/uploads/some-id"]) {
      it(`at ${path}`, async () => {
        const { status, headers } = await rawRequest(server.url, path, { method: "OPTIONS" });
        assert.equal(status, 204);
        assert.equal(headers["tus-resumable"], "1.0.0");
        assert.equal(headers["tus-version"], "1.0.0");
        assert.equal(headers["tus-checksum-algorithm"], "sha256,sha1");
        assert.equal(headers["tus-max-size"], undefined);
        assert.deepEqual(String(headers["tus-extension"]).split(","), [
          "creation",
          "creation-with-upload",
          "creation-defer-length",
          "expiration",
          "checksum",
          "termination",
          "concatenation",
        ]);
      });
    }

    it("and refuse another version, naming theirs", async () => {
      for (const version of ["0.2.2", ""]) {
        const answer = await post({ "tus-resumable": version, "upload-length": "1" });
        assert.equal(answer.status, 412);
        assert.equal(answer.headers["tus-version"], "1.0.0");
        assert.equal(problem(answer).code, "unsupported-version");
      }
      const { status } = await rawRequest(server.url, "/api/v1/uploads", {
        method: "POST",
        headers: { "upload-length": "1" },
      });
      assert.equal(status, 412);
    });
  });

  describe("are created", () => {
    it("and say where they are, how far, and until when", async () => {
      const metadata = "name bW9kZWw=,empty,type cGts";
      const { status, headers } = await post({ "upload-length": "6", "upload-metadata": metadata });
      assert.equal(status, 201);
      assert.match(String(headers.location), /^\/api\/v1\/uploads\/[0-9a-f-]{36}$/);
      assert.ok(new Date(String(headers["upload-expires"])) > new Date());
      const state = await head(String(headers.location));
      assert.equal(state["upload-offset"], "0");
      assert.equal(state["upload-length"], "6");
      assert.equal(state["upload-metadata"], metadata);
      assert.equal(state["upload-concat"], undefined);
      assert.equal(state["cache-control"], "no-store");
    });

    it("also where the client's endpoint ends in a slash", async () => {
      const { status, headers } = await send("POST", "/api/v1/uploads/", { "upload-length": "6" });
      assert.equal(status, 201);
      assert.equal((await head(String(headers.location)))["upload-length"], "6");
    });

    it("with their first bytes", async () => {
      const { headers } = await post({ ...BYTES, "upload-length": "6" }, "012");
      assert.equal(headers["upload-offset"], "3");
      assert.equal((await append(String(headers.location), 3, "345")).headers["upload-offset"], "6");
      assert.equal(bytesOf(String(headers.location)), "012345");
    });

    it("of a length that comes later", async () => {
      const path = await create({ "upload-defer-length": "1" });
      assert.equal((await head(path))["upload-defer-length"], "1");
      await append(path, 0, "012");
      await append(path, 3, "345", { "upload-length": "6" });
      const state = await head(path);
      assert.equal(state["upload-length"], "6");
      assert.equal(state["upload-defer-length"], undefined);
      await refused(append(path, 6, "", { "upload-length": "7" }), 400, "invalid-value", /a length already/, "length");
    });

    it("empty", async () => {
      const path = await create({ "upload-length": "0" });
      assert.equal((await head(path))["upload-offset"], "0");
    });

    const wrong: [string, Record<string, string>, string][] = [
      ["without a length", {}, "Upload-Length"],
      ["with two", { "upload-length": "1", "upload-defer-length": "1" }, "Upload-Length"],
      ["of a negative length", { "upload-length": "-1" }, "Upload-Length"],
      ["of a length past 2^53", { "upload-length": "9007199254740992" }, "Upload-Length"],
      ["deferring otherwise", { "upload-defer-length": "true" }, "Upload-Defer-Length"],
      [
        "with metadata that is no base64",
        { "upload-length": "1", "upload-metadata": "name model!" },
        "Upload-Metadata",
      ],
      ["with a key twice", { "upload-length": "1", "upload-metadata": "a YQ==,a Yg==" }, "Upload-Metadata"],
      ["with a key that is none", { "upload-length": "1", "upload-metadata": "a YQ==," }, "Upload-Metadata"],
      [
        "with too much metadata",
        { "upload-length": "1", "upload-metadata": `a ${"YWFh".repeat(3000)}` },
        "Upload-Metadata",
      ],
      ["as nobody knows what", { "upload-length": "1", "upload-concat": "whole" }, "Upload-Concat"],
      ["of no parts", { "upload-concat": "final;" }, "Upload-Concat"],
    ];
    for (const [how, headers, field] of wrong) {
      it(`not ${how}`, () => refused(post(headers), 400, "invalid-value", /./, field));
    }

    it("not at all where their first bytes are refused", async () => {
      const filesBefore = readdirSync(dirname(fileOf("any")));
      const checksum = { "upload-checksum": digest("sha256", "xxx") };
      const request = post({ ...BYTES, ...checksum, "upload-length": "3" }, "012");
      await refused(request, 460, "checksum-mismatch", /dropped/, "Upload-Checksum");
      assert.deepEqual(readdirSync(dirname(fileOf("any"))), filesBefore);
    });
  });

  describe("take bytes", () => {
    it("where the last ones ended, and nowhere else", async () => {
      const path = await create({ "upload-length": "6" });
      const { status, headers } = await append(path, 0, "012");
      assert.equal(status, 204);
      assert.equal(headers["upload-offset"], "3");
      assert.ok(new Date(String(headers["upload-expires"])) > new Date());
      await refused(append(path, 0, "012"), 409, "wrong-state", /has to be continued at byte 3/);
      await refused(append(path, 4, "45"), 409, "wrong-state", /has to be continued at byte 3/);
      await append(path, 3, "345");
      assert.equal(bytesOf(path), "012345");
    });

    it("of their type alone, and with an offset", async () => {
      const path = await create({ "upload-length": "6" });
      const patch = (headers: Record<string, string>) => send("PATCH", path, headers, "012");
      await refused(
        patch({ "upload-offset": "0" }),
        415,
        "unsupported-media-type",
        /offset\+octet-stream/,
        "Content-Type",
      );
      await refused(patch(BYTES), 400, "invalid-value", /which byte/, "Upload-Offset");
      await refused(patch({ ...BYTES, "upload-offset": "x" }), 400, "invalid-value", /whole number/, "Upload-Offset");
      assert.equal((await head(path))["upload-offset"], "0");
    });

    it("no more than they are to have", async () => {
      const path = await create({ "upload-length": "3" });
      await refused(append(path, 0, "0123"), 413, "too-large", /limit of 3 bytes/);
      assert.equal((await head(path))["upload-offset"], "0");
    });

    for (const algorithm of ["sha256", "sha1"]) {
      it(`that agree with their ${algorithm}`, async () => {
        const path = await create({ "upload-length": "6" });
        await append(path, 0, "012", { "upload-checksum": digest(algorithm, "012") });
        const wrong = append(path, 3, "34x", { "upload-checksum": digest(algorithm, "345") });
        await refused(wrong, 460, "checksum-mismatch", /dropped/, "Upload-Checksum");
        assert.equal((await head(path))["upload-offset"], "3");
        assert.equal((await append(path, 3, "345", { "upload-checksum": digest(algorithm, "345") })).status, 204);
        assert.equal(bytesOf(path), "012345");
      });
    }

    it("with no checksum that nobody can check", async () => {
      const path = await create({ "upload-length": "3" });
      for (const checksum of ["md5 kAFQmDzST7DWlj99KOF/cg==", "sha256", "", "sha256 a b"]) {
        const request = append(path, 0, "012", { "upload-checksum": checksum });
        await refused(request, 400, "invalid-value", /sha256, sha1/, "Upload-Checksum");
      }
    });

    it("by POST where a client has no other method", async () => {
      const path = await create({ "upload-length": "3" });
      const as = (method: string, headers: Record<string, string> = {}, body?: string) =>
        send("POST", path, { "x-http-method-override": method, ...headers }, body);
      assert.equal((await as("PATCH", { ...BYTES, "upload-offset": "0" }, "012")).status, 204);
      assert.equal((await as("HEAD")).headers["upload-offset"], "3");
      assert.equal((await as("DELETE")).status, 204);
      await refused(as("HEAD"), 404, "not-found", /no upload/);
      await refused(as("PUT"), 405, "method-not-allowed", /X-HTTP-Method-Override/);
    });

    it("from a connection that then falls silent, and go on over another", async () => {
      const text = "0123456789".repeat(50_000);
      const path = await create({ "upload-length": String(text.length) });
      const silent = startSending(path, text.slice(0, 400_000), text.length);
      while (sizeOf(path) === 0) await setTimeout(10);
      const offset = Number((await head(path))["upload-offset"]);
      assert.ok(offset > 0 && offset <= 400_000);
      assert.equal((await append(path, offset, text.slice(offset))).status, 204);
      assert.equal(bytesOf(path), text);
      silent.destroy();
    });
  });

  describe("in parts", () => {
    it("become one", async () => {
      const part = (text: string) =>
        create({ ...BYTES, "upload-length": String(text.length), "upload-concat": "partial" }, text);
      const [one, two] = [await part("one"), await part("two")];
      assert.equal((await head(one))["upload-concat"], "partial");
      const final = await create({ "upload-concat": `final;${server.url}${two} ${one}`, "upload-metadata": "a YQ==" });
      const state = await head(final);
      assert.equal(state["upload-length"], "6");
      assert.equal(state["upload-offset"], "6");
      assert.equal(state["upload-concat"], `final;${two} ${one}`);
      assert.equal(state["upload-metadata"], "a YQ==");
      await refused(append(final, 6, "x"), 403, "forbidden", /takes no bytes/);
    });

    it("have to be complete", async () => {
      const part = await create({ "upload-length": "3", "upload-concat": "partial" });
      await refused(post({ "upload-concat": `final;${part}` }), 409, "wrong-state", /complete/);
      await refused(post({ "upload-concat": "final;/nothing" }), 404, "not-found", /no upload/);
    });
  });

  it("end when they are deleted", async () => {
    const path = await create({ "upload-length": "6" });
    await append(path, 0, "012");
    const { status, headers } = await send("DELETE", path);
    assert.equal(status, 204);
    assert.equal(headers["tus-resumable"], "1.0.0");
    await refused(append(path, 3, "345"), 404, "not-found", /no upload/);
    await refused(send("DELETE", path), 404, "not-found", /no upload/);
    assert.equal((await send("HEAD", path)).status, 404);
    assert.throws(() => bytesOf(path), /ENOENT/);
  });

  it("are looked at without a version, too", async () => {
    const path = await create({ "upload-length": "6" });
    const { status, headers } = await rawRequest(server.url, path, { method: "HEAD" });
    assert.deepEqual([status, headers["upload-offset"]], [200, "0"]);
    assert.equal((await send("HEAD", path, { "tus-resumable": "0.1.0" })).status, 412);
  });
});
