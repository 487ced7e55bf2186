import assert from "node:assert/strict";
import { createServer, type ServerResponse } from "node:http";
import { after, before, describe, it } from "node:test";
import { startTestServer, type TestServer } from "../server/testkit/test-server.ts";
import {
  ConnectionError,
  InvalidValueError,
  ModelRegistryClient,
  ModelRegistryError,
  TimeoutError,
  UnavailableError,
} from "./index.ts";
import { type CuttingProxy, startCuttingProxy } from "./testkit/cutting-proxy.ts";
import { type Answer, type ScriptedServer, startScriptedServer } from "./testkit/scripted-server.ts";

const answer =
  (status: number, body: unknown = {}, headers: Record<string, string> = {}): Answer =>
  (_request, response: ServerResponse) => {
    response.writeHead(status, { "content-type": "application/json", ...headers });
    response.end(typeof body === "string" ? body : JSON.stringify(body));
  };
const breakOff: Answer = (request) => request.socket.destroy();
const saysNothing: Answer = () => undefined;
const model = (fields: object = {}) => ({ metadata_id: "1", name: "scripted", ...fields });

describe("requests of the client", () => {
  const servers: ScriptedServer[] = [];
  after(() => Promise.all(servers.map((server) => server.close())));

  async function script(...answers: Answer[]) {
    const server = await startScriptedServer(...answers);
    servers.push(server);
    return server;
  }

  it("are sent again where the server can't answer now, or the connection breaks", async () => {
    const server = await script(answer(503, {}, { "retry-after": "0" }), breakOff, answer(502), answer(200, model()));
    const registry = new ModelRegistryClient(server.url);
    assert.equal((await registry.models.get("1")).name, "scripted");
    assert.equal(server.requests.length, 4);
  });

  it("are sent again, whatever they do, where no connection came to be", async () => {
    const gone = await startScriptedServer(breakOff);
    await gone.close();
    const { port } = new URL(gone.url);
    const later = createServer((_request, response) => {
      response.end(JSON.stringify({ ...model(), sha256: null }));
    });
    let refused = 0;
    const fetch: typeof globalThis.fetch = (input, init) =>
      globalThis.fetch(input, init).catch((error) => {
        if (refused++ === 0) later.listen(Number(port), "127.0.0.1");
        throw error;
      });
    const pending = new ModelRegistryClient(gone.url, { fetch }).models.upload(new Blob(["x"]), { name: "later" });
    try {
      assert.equal((await pending).name, "scripted");
      assert.ok(refused > 0);
    } finally {
      later.close();
    }
  });

  it("are given up after so many retries, with the error of the last one", async () => {
    for (const [last, expected] of [
      [answer(503, { code: "unavailable", detail: "The store is away." }), UnavailableError],
      [breakOff, ConnectionError],
    ] as const) {
      const server = await script(last);
      await assert.rejects(new ModelRegistryClient(server.url, { retries: 2 }).models.get("1"), expected);
      assert.equal(server.requests.length, 3);
    }
  });

  it("are not sent again where that would not help, or could do it twice", async () => {
    const refusing = await script(answer(500, { code: "damaged", detail: "The bytes are damaged." }));
    await assert.rejects(new ModelRegistryClient(refusing.url).models.get("1"), { code: "damaged", status: 500 });
    assert.equal(refusing.requests.length, 1);
    const breaking = await script(breakOff);
    const upload = new ModelRegistryClient(breaking.url).models.upload(new Blob(["x"]), { name: "once" });
    await assert.rejects(upload, ConnectionError);
    assert.equal(breaking.requests.length, 1);
  });

  it("fail with TimeoutError where the server is silent", async () => {
    const server = await script(saysNothing);
    const registry = new ModelRegistryClient(server.url, { timeoutMs: 50, retries: 1 });
    await assert.rejects(registry.models.get("1"), TimeoutError);
    assert.equal(server.requests.length, 2);
  });

  it("end with the signal, while they wait for an answer and while they wait to be sent again", async () => {
    for (const last of [saysNothing, answer(503, {}, { "retry-after": "60" })]) {
      const server = await script(last);
      const controller = new AbortController();
      const pending = new ModelRegistryClient(server.url).models.get("1", { signal: controller.signal });
      while (server.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
      controller.abort(new Error("enough"));
      await assert.rejects(pending, { message: "enough" });
    }
  });

  it("carry the token of the moment and the headers of the options", async () => {
    const seen: unknown[] = [];
    const server = await script((request, response) => {
      seen.push(request.headers.authorization, request.headers["x-team"]);
      answer(200, model())(request, response);
    });
    let uses = 0;
    const token = async () => `secret-${++uses}`;
    const registry = new ModelRegistryClient(server.url, { token, headers: { "X-Team": "cellar" } });
    await registry.models.get("1");
    await registry.models.get("1");
    assert.deepEqual(seen, ["Bearer secret-1", "cellar", "Bearer secret-2", "cellar"]);
  });

  it("keep the path of the address and escape what they put behind it", async () => {
    const server = await script(answer(200, model()));
    await new ModelRegistryClient(`${server.url}/registry/`).models.get("a/b?c");
    assert.deepEqual(server.requests, ["GET /registry/api/v1/models/a%2Fb%3Fc"]);
  });

  for (const [what, status, body, expected] of [
    [
      "a problem",
      404,
      { code: "not-found", detail: "No such model." },
      { name: "NotFoundError", message: "No such model." },
    ],
    [
      "a proxy's page",
      401,
      "<html>Sign in</html>",
      { name: "UnauthorizedError", message: "The server answered with HTTP 401." },
    ],
    ["plain text", 403, "Not you.\n", { name: "ForbiddenError", message: "Not you." }],
    [
      "a code of tomorrow",
      418,
      { code: "teapot", detail: "Tea." },
      { name: "ModelRegistryError", code: "unexpected-answer" },
    ],
    [
      "an answer that is no JSON",
      200,
      "<html>Welcome</html>",
      { name: "ModelRegistryError", code: "unexpected-answer" },
    ],
  ] as const) {
    it(`understand ${what} as an error`, async () => {
      const server = await script(answer(status, body));
      await assert.rejects(new ModelRegistryClient(server.url).models.get("1"), { status, ...expected });
      assert.equal(server.requests.length, 1);
    });
  }

  for (const url of ["", "localhost", "localhost:5000", "ftp://localhost", "http://me:secret@localhost"]) {
    it(`are not made to '${url}'`, () => {
      assert.throws(() => new ModelRegistryClient(url), InvalidValueError);
    });
  }

  it("say that nobody answers", async () => {
    const server = await startScriptedServer(breakOff);
    await server.close();
    const pending = new ModelRegistryClient(server.url, { retries: 1 }).models.get("1");
    await assert.rejects(pending, (error) => {
      assert.ok(error instanceof ModelRegistryError);
      assert.match(error.message, /Is the server running/);
      return error.code === "connection" && error.cause !== undefined;
    });
  });
});

describe("answers that get lost", () => {
  let server: TestServer;
  let proxy: CuttingProxy;
  let registry: ModelRegistryClient;
  before(async () => {
    server = await startTestServer();
    proxy = await startCuttingProxy(server.url);
    registry = new ModelRegistryClient(proxy.url);
  });
  after(async () => {
    await proxy.close();
    await server.close();
  });

  /** The next answer does not arrive, whatever the server has done. */
  const loseAnswer = () => proxy.cutAfter("down", 20);

  it("of an upload with a version or an id are made up for by the model that is there", async () => {
    for (const model of [
      { name: "lost", version: "1" },
      { name: "lost", id: "mine" },
    ]) {
      loseAnswer();
      const stored = await registry.models.upload(new Blob(["x"]), model);
      assert.deepEqual(await registry.models.get(stored.metadataId), stored);
    }
    const versions: string[] = [];
    for await (const { version } of registry.models.list({ name: "lost" })) versions.push(version);
    assert.deepEqual(versions, ["2", "1"]);
  });

  it("of an upload do not hide that somebody else has taken the version", async () => {
    await registry.models.upload(new Blob(["theirs"]), { name: "taken", version: "1" });
    loseAnswer();
    const upload = registry.models.upload(new Blob(["ours"]), { name: "taken", version: "1" });
    await assert.rejects(upload, { code: "already-exists" });
  });

  it("of a deletion are made up for by its being gone", async () => {
    const { metadataId } = await registry.models.upload(new Blob(["x"]), { name: "gone" });
    loseAnswer();
    await registry.models.delete(metadataId);
    await registry.registeredModels.create({ name: "gone too" });
    loseAnswer();
    await registry.registeredModels.delete("gone too");
  });

  it("of what may not be done twice are an error", async () => {
    loseAnswer();
    await assert.rejects(registry.registeredModels.create({ name: "made" }), ConnectionError);
    assert.equal((await registry.registeredModels.get("made")).name, "made");
  });

  it("of changes that can be repeated are asked for again", async () => {
    const { metadataId } = await registry.models.upload(new Blob(["x"]), { name: "changed" });
    loseAnswer();
    assert.deepEqual((await registry.models.setTags(metadataId, { a: "b" })).tags, { a: "b" });
  });
});
