import assert from "node:assert/strict";
import { execFile, execFileSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { readForm } from "../../protocols/binary/multipart.ts";
import { bodyPieces, discardRest } from "./request-body.ts";

const PYTHON = fileURLToPath(new URL("../../../.tools/mlflow-3.17/bin/python", import.meta.url));

/** Posts a file, after a field, to the URL by two of Python's clients, and prints what each is answered. */
const PYTHON_CLIENTS = `
import asyncio, sys, aiohttp, requests
url, path = sys.argv[1:]
with open(path, "rb") as file:
    print(requests.post(url, data={"name": "Modèle"}, files={"file": ('ü "a".pkl', file, "application/x-pickle")}, timeout=60).text)
async def post():
    with open(path, "rb") as file:
        form = aiohttp.FormData({"name": "Modèle"})
        form.add_field("file", file, filename='ü "a".pkl', content_type="application/x-pickle")
        async with aiohttp.ClientSession() as session, session.post(url, data=form) as answer:
            print(await answer.text())
asyncio.run(post())
`;

function hasCurl(): boolean {
  try {
    execFileSync("curl", ["--version"]);
    return true;
  } catch {
    return false;
  }
}

const IDLE_TIMEOUT = 60_000;

/** Answers with each part's headers and the SHA-256 of its bytes, or with the error. */
function startFormServer(): Server {
  return createServer(async (request, response) => {
    try {
      const parts = [];
      for await (const { bytes, ...headers } of readForm(
        request.headers["content-type"],
        bodyPieces(request, IDLE_TIMEOUT),
      )) {
        const hash = createHash("sha256");
        for await (const piece of bytes) hash.update(piece);
        parts.push({ ...headers, digest: hash.digest("hex") });
      }
      response.end(JSON.stringify(parts));
    } catch (error) {
      await discardRest(request, IDLE_TIMEOUT);
      response.writeHead(400).end(String(error));
    }
  });
}

describe("forms of real clients", () => {
  const directory = mkdtempSync(join(tmpdir(), "forms-"));
  const file = join(directory, "model.pkl");
  const content = randomBytes(5_000_000);
  const digest = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
  const server = startFormServer();
  let url = "";
  before(async () => {
    writeFileSync(file, content);
    await once(server.listen(0, "127.0.0.1"), "listening");
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  after(() => {
    rmSync(directory, { recursive: true });
    server.close();
  });

  it("are read from requests and aiohttp", async () => {
    const { stdout } = await promisify(execFile)(PYTHON, ["-c", PYTHON_CLIENTS, url, file]);
    const answers = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    assert.equal(answers.length, 2);
    // aiohttp percent-encodes the whole name, which nothing tells apart from a name with percent signs.
    const fileNames = ['ü "a".pkl', '%C3%BC%20"a".pkl'];
    for (const [index, [name, upload]] of answers.entries()) {
      assert.equal(name.name, "name");
      assert.equal(name.digest, digest(Buffer.from("Modèle")));
      const expected = {
        name: "file",
        fileName: fileNames[index],
        contentType: "application/x-pickle",
        digest: digest(content),
      };
      assert.deepEqual(upload, expected);
    }
  });

  it("are read from curl", { skip: !hasCurl() }, async () => {
    const form = ["-F", 'metadata={"name": "a"};type=application/json', "-F", `file=@${file};filename=ü.pkl`];
    const { stdout } = await promisify(execFile)("curl", ["-s", ...form, url]);
    const [metadata, upload] = JSON.parse(stdout);
    assert.deepEqual(metadata, {
      name: "metadata",
      contentType: "application/json",
      digest: digest(Buffer.from('{"name": "a"}')),
    });
    assert.equal(upload.fileName, "ü.pkl");
    assert.equal(upload.digest, digest(content));
  });

  it("are refused where the client goes away or says a wrong boundary, and the server goes on", async () => {
    const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
    const start = '--f\r\nContent-Disposition: form-data; name="file"\r\n\r\nabc';
    socket.write(
      `POST / HTTP/1.1\r\nHost: a\r\nContent-Type: multipart/form-data; boundary=f\r\nContent-Length: 1000\r\n\r\n${start}`,
    );
    const [request] = await once(server, "request");
    const closed = new Promise((resolve) => request.once("close", resolve));
    socket.destroy();
    await closed;
    const headers = { "content-type": "multipart/form-data; boundary=other" };
    const answer = await fetch(url, { method: "POST", headers, body: content });
    assert.equal(answer.status, 400);
    assert.match(await answer.text(), /does not begin with the boundary/);
  });
});
