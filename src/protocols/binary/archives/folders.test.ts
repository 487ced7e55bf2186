import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { setTimeout } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { startTestServer, type TestServer } from "../../../server/testkit/test-server.ts";
import { archiveFiles, type Contents, exampleContents } from "../testkit/archive-files.ts";
import { collect, fleetingPieces } from "../testkit/pieces.ts";
import { readTar } from "./tar-reader.ts";
import { writeTar } from "./tar-writer.ts";

const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

const tarOf = (contents: Contents) => collect(writeTar(archiveFiles(contents)));

function toBuffers(contents: Contents): Record<string, Buffer> {
  const sorted = Object.entries(contents).sort(([left], [right]) =>
    Buffer.compare(Buffer.from(left), Buffer.from(right)),
  );
  return Object.fromEntries(sorted.map(([path, bytes]) => [path, Buffer.from(bytes)]));
}

async function untar(archive: Uint8Array): Promise<Record<string, Buffer>> {
  const read: Record<string, Buffer> = {};
  for await (const { path, bytes } of readTar(fleetingPieces(archive))) read[path] = await collect(bytes);
  return read;
}

/** What Python reads from a zip, after a look at every checksum. */
function unzip(archive: Uint8Array): Record<string, Buffer> {
  const program = `
import base64, io, json, sys, zipfile
with zipfile.ZipFile(io.BytesIO(sys.stdin.buffer.read())) as zip:
    assert zip.testzip() is None
    print(json.dumps([[m.filename, base64.b64encode(zip.read(m)).decode()] for m in zip.infolist()]))
`;
  const members: [string, string][] = JSON.parse(
    execFileSync("python3", ["-c", program], { input: archive, encoding: "utf8" }),
  );
  return Object.fromEntries(members.map(([path, content]) => [path, Buffer.from(content, "base64")]));
}

describe("folders", () => {
  const contents = exampleContents();
  let server: TestServer;
  let archive: Buffer;
  before(async () => {
    server = await startTestServer();
    archive = await tarOf(contents);
  });
  after(() => server.close());

  const get = (path: string, headers: Record<string, string> = {}, method = "GET") =>
    fetch(`${server.url}/api/v1/models/${path}`, { method, headers });
  const bytesOf = async (response: Response) => Buffer.from(await response.arrayBuffer());

  async function upload(
    name: string,
    body: Buffer,
    options: { query?: object; headers?: Record<string, string> } = {},
  ) {
    const query = new URLSearchParams({ name, unpack: "tar", ...options.query });
    const headers = { "content-type": "application/x-tar", ...options.headers };
    const response = await fetch(`${server.url}/api/v1/models?${query}`, {
      method: "POST",
      headers,
      body: Uint8Array.from(body),
    });
    return { status: response.status, body: JSON.parse(await response.text()) };
  }

  function keptFiles(): number {
    const entries = readdirSync(join(server.directory, "blobs"), { recursive: true, withFileTypes: true });
    return entries.filter((entry) => entry.isFile()).length;
  }

  it("are unpacked from a tar, and shown with their files", async () => {
    const { status, body } = await upload("a folder", archive, { query: { storage_group: "folders" } });
    assert.equal(status, 201, JSON.stringify(body));
    assert.match(body.storage_path, /^registered-models\/folders\/[0-9a-f]{32}\/a_folder$/);
    const size = Object.values(contents).reduce((total, bytes) => total + bytes.length, 0);
    assert.deepEqual([body.is_folder, body.size, body.sha256, body.file_name], [true, size, null, null]);
    assert.equal(body.uri, `${server.url}/api/v1/models/${body.metadata_id}/archive/a_folder.tar`);
    const { files } = (await (await get(`${body.metadata_id}/files`)).json()) as {
      files: { path: string; size: number; sha256: string; url: string }[];
    };
    const expected = Object.entries(toBuffers(contents)).map(([path, bytes]) => [path, bytes.length, sha256(bytes)]);
    assert.deepEqual(
      files.map((file) => [file.path, file.size, file.sha256]),
      expected,
    );
    for (const { path, url } of files)
      assert.deepEqual(await bytesOf(await fetch(url)), toBuffers(contents)[path], path);
    for (const path of [`${body.metadata_id}/content`, `${body.metadata_id}/archive/x.tar`]) {
      assert.deepEqual(await untar(await bytesOf(await get(path))), toBuffers(contents));
    }
    assert.deepEqual(await untar(await bytesOf(await fetch(body.uri))), toBuffers(contents));
    const { storage_path, metadata_id, storage_group } = body;
    const place = new URLSearchParams({ storage_path, metadata_id, storage_group });
    assert.deepEqual(await untar(await bytesOf(await get(`download?${place}`))), toBuffers(contents));
    assert.deepEqual(unzip(await bytesOf(await get(`download?${place}&archive=zip`))), toBuffers(contents));
  });

  it("may come compressed, in a form, and from an upload that can be resumed", async () => {
    const compressed = gzipSync(archive);
    const { body } = await upload("compressed", compressed, { headers: { "content-type": "application/gzip" } });
    assert.equal(body.is_folder, true, JSON.stringify(body));
    const form = new FormData();
    form.set("file", new Blob([compressed]), "model.tar.gz");
    form.set("metadata", JSON.stringify({ name: "in a form", unpack: "tar", sha256: sha256(compressed) }));
    const answer = await fetch(`${server.url}/api/v1/models`, { method: "POST", body: form });
    const uploading = await fetch(`${server.url}/api/v1/uploads`, {
      method: "POST",
      headers: {
        "tus-resumable": "1.0.0",
        "upload-length": String(archive.length),
        "content-type": "application/offset+octet-stream",
      },
      body: archive,
    });
    const id = (uploading.headers.get("location") ?? "").split("/").at(-1);
    const finished = await fetch(`${server.url}/api/v1/models`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ upload_id: id, name: "resumed", unpack: "tar" }),
    });
    for (const response of [answer, finished]) {
      const model = (await response.json()) as { metadata_id: string };
      assert.equal(response.status, 201, JSON.stringify(model));
      assert.deepEqual(await untar(await bytesOf(await get(`${model.metadata_id}/content`))), toBuffers(contents));
    }
  });

  it("come as an archive with a length, a validator and its parts", async () => {
    const { body } = await upload("in parts", archive);
    const path = `${body.metadata_id}/archive/model.tar`;
    const whole = await get(path);
    const tag = whole.headers.get("etag") ?? "";
    const bytes = await bytesOf(whole);
    assert.equal(whole.headers.get("content-length"), String(bytes.length));
    assert.equal(whole.headers.get("content-type"), "application/x-tar");
    assert.equal(whole.headers.get("content-disposition"), "attachment; filename=model.tar");
    assert.equal(whole.headers.get("accept-ranges"), "bytes");
    const part = await get(path, { range: "bytes=1000-300999", "if-range": tag });
    assert.equal(part.status, 206);
    assert.equal(part.headers.get("content-range"), `bytes 1000-300999/${bytes.length}`);
    assert.deepEqual(await bytesOf(part), bytes.subarray(1000, 301_000));
    assert.equal((await get(path, { "if-none-match": tag })).status, 304);
    assert.equal((await get(path, { range: `bytes=${bytes.length}-` })).status, 416);
    const head = await get(path, {}, "HEAD");
    assert.deepEqual([head.headers.get("content-length"), head.headers.get("etag")], [String(bytes.length), tag]);

    const zip = await get(`${body.metadata_id}/archive/model.zip`, { range: "bytes=5-" });
    const zipBytes = await bytesOf(zip);
    assert.deepEqual([zip.status, zip.headers.get("accept-ranges")], [200, "none"]);
    assert.equal(zip.headers.get("content-length"), String(zipBytes.length));
    assert.notEqual(zip.headers.get("etag"), tag);
    assert.deepEqual(unzip(zipBytes), toBuffers(contents));
    const zipHead = await get(`${body.metadata_id}/content?archive=zip`, {}, "HEAD");
    assert.equal(zipHead.headers.get("content-length"), String(zipBytes.length));
    assert.equal(zipHead.headers.get("content-disposition"), "attachment; filename=in_parts.zip");
  });

  it("may be of one file, and one file may come as an archive", async () => {
    const one = await upload("one file", await tarOf({ "weights.bin": Buffer.from("weights") }));
    assert.equal(one.body.is_folder, true);
    assert.deepEqual(Object.keys(await untar(await bytesOf(await get(`${one.body.metadata_id}/content`)))), [
      "weights.bin",
    ]);
    const query = new URLSearchParams({ name: "plain", file_extension: "pkl" });
    const plain = await fetch(`${server.url}/api/v1/models?${query}`, { method: "POST", body: Buffer.from("pickle") });
    const { metadata_id: id } = (await plain.json()) as { metadata_id: string };
    assert.deepEqual(await untar(await bytesOf(await get(`${id}/content?archive=tar`))), {
      "plain.pkl": Buffer.from("pickle"),
    });
    assert.deepEqual(unzip(await bytesOf(await get(`${id}/archive/a.zip`))), { "plain.pkl": Buffer.from("pickle") });
    assert.equal((await get(`${id}/content?archive=rar`)).status, 400);
    assert.equal((await get(`${id}/archive/a.rar`)).status, 404);
    assert.equal((await get("999999/archive/a.tar")).status, 404);
    assert.equal((await get("999999/files")).status, 404);
  });

  it("are those that MLflow's proxy keeps as well", async () => {
    const put = (path: string, bytes: Buffer) =>
      fetch(`${server.url}/api/2.0/mlflow-artifacts/artifacts/${path}`, { method: "PUT", body: bytes });
    const { run } = (await server.mlflow("POST", "runs/create", { experiment_id: "0" })).body;
    const directory = run.info.artifact_uri.replace("mlflow-artifacts:/", "");
    await put(`${directory}/model/MLmodel`, Buffer.from("flavors"));
    await put(`${directory}/model/data/model.pkl`, Buffer.from("pickle"));
    await server.mlflow("POST", "registered-models/create", { name: "logged" });
    const source = `${run.info.artifact_uri}/model`;
    await server.mlflow("POST", "model-versions/create", { name: "logged", source, run_id: run.info.run_id });
    const found = (await (await fetch(`${server.url}/api/v1/models?name=logged`)).json()) as {
      models: { metadata_id: string }[];
    };
    const id = found.models[0]?.metadata_id;
    assert.deepEqual(await untar(await bytesOf(await get(`${id}/content`))), {
      MLmodel: Buffer.from("flavors"),
      "data/model.pkl": Buffer.from("pickle"),
    });
  });

  it("leave nothing where the archive is refused", async () => {
    const before = keptFiles();
    const climbing = execFileSync("python3", [
      "-c",
      "import io,sys,tarfile; tar=tarfile.open(fileobj=sys.stdout.buffer, mode='w|')\n" +
        "for name in ['fine', '../climbs']: m=tarfile.TarInfo(name); m.size=1000; tar.addfile(m, io.BytesIO(bytes(1000)))\ntar.close()",
    ]);
    const wrongDigest = { sha256: sha256(Buffer.from("something else")) };
    const cases: [Buffer, object, string, RegExp][] = [
      [climbing, {}, "invalid-value", /'\.\.\/climbs' can't be kept/],
      [archive.subarray(0, 100_000), {}, "invalid-value", /breaks off/],
      [gzipSync(archive).subarray(0, 100_000), {}, "invalid-value", /can't be decompressed/],
      [randomBytes(5000), {}, "invalid-value", /it is no tar/],
      [Buffer.alloc(0), {}, "invalid-value", /breaks off/],
      [archive, wrongDigest, "digest-mismatch", /as promised/],
      [archive, { unpack: "zip" }, "invalid-value", /Only 'tar'/],
    ];
    for (const [bytes, query, code, detail] of cases) {
      const { body } = await upload("refused", bytes, { query });
      assert.equal(body.code, code, JSON.stringify(body));
      assert.match(body.detail, detail);
    }
    const { body } = await upload("refused", archive, { query: { sha256: sha256(archive) } });
    assert.equal(body.version_number, 1, "the refused ones have taken no number");
    await fetch(`${server.url}/api/v1/models/${body.metadata_id}`, { method: "DELETE" });
    assert.equal(keptFiles(), before);
  });

  it("are refused in the middle, with an answer, while the client still sends", async () => {
    const before = keptFiles();
    const contents = { fine: randomBytes(100_000), "not/fine": randomBytes(10_000_000) };
    const bytes = await tarOf(contents);
    // The name in the header, which has its checksum.
    bytes.write("../", bytes.indexOf("not/fine"), "latin1");
    for (const body of [bytes, gzipSync(bytes, { level: 1 })]) {
      const answer = await upload("refused early", body);
      assert.equal(answer.status, 400);
      assert.match(answer.body.detail, /a header in it is damaged/);
    }
    assert.equal(keptFiles(), before);
  });

  it("leave nothing where the client goes away", { timeout: 60_000 }, async () => {
    const before = keptFiles();
    for (const body of [archive, gzipSync(archive)]) {
      const { port, hostname } = new URL(server.url);
      const socket = connect(Number(port), hostname);
      socket.write(
        `POST /api/v1/models?name=gone&unpack=tar HTTP/1.1\r\nHost: ${hostname}\r\nContent-Length: ${body.length}\r\n\r\n`,
      );
      socket.write(body.subarray(0, body.length - 30_000));
      while (keptFiles() === before) await setTimeout(5);
      socket.destroy();
      while (keptFiles() !== before) await setTimeout(5);
    }
    const listed = await fetch(`${server.url}/api/v1/models?name=gone`);
    assert.deepEqual(await listed.json(), { models: [] });
  });

  it("are not taken for whole where a file of them is damaged", async () => {
    const { body } = await upload("damaged", await tarOf({ a: randomBytes(100_000), b: randomBytes(100_000) }));
    const { files } = (await (await get(`${body.metadata_id}/files`)).json()) as { files: { sha256: string }[] };
    const digest = files[1]?.sha256 ?? assert.fail();
    const entries = readdirSync(join(server.directory, "blobs"), { recursive: true, encoding: "utf8" });
    const path = entries.find((entry) => entry.endsWith(digest)) ?? assert.fail();
    writeFileSync(join(server.directory, "blobs", path), randomBytes(100_000));
    for (const kind of ["tar", "zip"]) {
      const response = await get(`${body.metadata_id}/archive/model.${kind}`);
      await assert.rejects(bytesOf(response), kind);
    }
  });

  it("go through tar and back", async () => {
    const folder = mkdtempSync(join(tmpdir(), "folder-"));
    try {
      const { body } = await upload("for tar", archive);
      execFileSync("tar", ["-x", "-C", folder], { input: await bytesOf(await get(`${body.metadata_id}/content`)) });
      const again = execFileSync("tar", ["-cz", "-C", folder, "."]);
      const { body: copy } = await upload("for tar", again);
      assert.equal(copy.version_number, 2, JSON.stringify(copy));
      assert.deepEqual(await untar(await bytesOf(await get(`${copy.metadata_id}/content`))), toBuffers(contents));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
