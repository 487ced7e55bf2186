import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach, describe, it } from "node:test";
import { startTestServer, type TestServer } from "../../server/testkit/test-server.ts";
import { ConnectionError, ModelRegistryClient, NotFoundError, type StoredModel } from "../node.ts";
import { type CuttingProxy, startCuttingProxy } from "../testkit/cutting-proxy.ts";

const SIZE = 4 * 1024 * 1024;

describe("models in files of this machine", () => {
  const directory = mkdtempSync(join(tmpdir(), "modelregistry-files-"));
  const content = randomBytes(SIZE);
  let server: TestServer;
  let proxy: CuttingProxy;
  let registry: ModelRegistryClient;
  before(async () => {
    server = await startTestServer();
    proxy = await startCuttingProxy(server.url);
    registry = new ModelRegistryClient(proxy.url, { retries: 0 });
    writeFileSync(join(directory, "model.safetensors"), content);
  });
  after(async () => {
    await proxy.close();
    await server.close();
    rmSync(directory, { recursive: true });
  });

  let folder: string;
  let model: StoredModel;
  beforeEach(async () => {
    folder = mkdtempSync(join(directory, "to-"));
    model = await registry.models.uploadFile(join(directory, "model.safetensors"), { name: "file" });
  });

  /** What an interrupted download leaves, with the name of the digest's beginning. */
  const partial = () => join(folder, `.copy.${model.sha256?.slice(0, 16)}.part`);
  const download = (options = {}) => registry.models.downloadToFile(model.metadataId, join(folder, "copy"), options);

  it("go up with the extension of the name and come down as they were", async () => {
    assert.deepEqual([model.fileExtension, model.size], ["safetensors", SIZE]);
    await download();
    assert.deepEqual(readdirSync(folder), ["copy"]);
    assert.ok(content.equals(readFileSync(join(folder, "copy"))));
  });

  it("go up in parts", async () => {
    const options = { resumableFrom: 1, partSize: 1024 * 1024 };
    const parts = await registry.models.uploadFile(join(directory, "model.safetensors"), { name: "parts" }, options);
    assert.equal(parts.sha256, createHash("sha256").update(content).digest("hex"));
  });

  it("come down from where an interrupted download has stopped", async () => {
    proxy.cutAfter("down", SIZE / 2);
    await assert.rejects(download());
    assert.deepEqual(readdirSync(folder), [partial().slice(folder.length + 1)]);
    const left = readFileSync(partial()).byteLength;
    assert.ok(left > 0 && left < SIZE);
    let first: number | undefined;
    await download({
      onProgress: ({ bytes, total }: { bytes: number; total: number | undefined }) => {
        assert.equal(total, SIZE);
        first ??= bytes;
      },
    });
    assert.ok(first !== undefined && first > left);
    assert.deepEqual(readdirSync(folder), ["copy"]);
    assert.ok(content.equals(readFileSync(join(folder, "copy"))));
  });

  it("do not come down on top of what is spoilt: that is thrown away", async () => {
    writeFileSync(partial(), "these are other bytes");
    await assert.rejects(download(), { code: "digest-mismatch" });
    assert.deepEqual(readdirSync(folder), []);
    for (const size of [SIZE, SIZE + 1]) {
      writeFileSync(partial(), randomBytes(size));
      await download();
      assert.deepEqual(readdirSync(folder), ["copy"]);
      assert.ok(content.equals(readFileSync(join(folder, "copy"))));
    }
  });

  it("replace an older file only when they are whole", async () => {
    writeFileSync(join(folder, "copy"), "older");
    proxy.cutAfter("down", SIZE / 2);
    await assert.rejects(download());
    assert.equal(readFileSync(join(folder, "copy"), "utf8"), "older");
    await download();
    assert.ok(content.equals(readFileSync(join(folder, "copy"))));
  });

  it("go up as the files of a tar, and come down one by one and as an archive", async () => {
    const files = join(folder, "files");
    mkdirSync(join(files, "data"), { recursive: true });
    writeFileSync(join(files, "MLmodel"), "flavors: {}");
    writeFileSync(join(files, "data", "weights 1.bin"), content);
    const tar = join(folder, "model.tar");
    execFileSync("tar", ["-cf", tar, "-C", files, "MLmodel", "data"]);
    const uploads = [{}, { resumableFrom: 1, partSize: 1024 * 1024 }].map((options) =>
      registry.models.uploadFile(tar, { name: "folder", unpack: "tar" }, options),
    );
    for (const { metadataId, isFolder, size, sha256, fileExtension } of await Promise.all(uploads)) {
      assert.deepEqual([isFolder, size, sha256, fileExtension], [true, SIZE + 11, null, ""]);
      const paths = (await registry.models.files(metadataId)).map(({ path }) => path);
      assert.deepEqual(paths, ["MLmodel", "data/weights 1.bin"]);
      const weights = await registry.models.downloadFile(metadataId, "data/weights 1.bin");
      assert.ok(content.equals(await weights.bytes()));
      proxy.cutAfter("down", SIZE / 2);
      const broken = await registry.models.archive(metadataId, "zip");
      await assert.rejects(broken.bytes(), ConnectionError);
      const zip = await registry.models.archive(metadataId, "zip");
      assert.match(zip.fileName ?? "", /\.zip$/);
      assert.equal(Buffer.from(await zip.bytes()).toString("latin1", 0, 2), "PK");
      const copy = join(folder, "copy.tar");
      await registry.models.downloadToFile(metadataId, copy);
      const listed = execFileSync("tar", ["-tf", copy], { encoding: "utf8" });
      assert.match(listed, /MLmodel\n/);
      assert.match(listed, /data\/weights 1\.bin\n/);
    }
  });

  it("leave nothing where they can't be had", async () => {
    await assert.rejects(registry.models.downloadToFile("nobody", join(folder, "copy")), NotFoundError);
    await assert.rejects(registry.models.uploadFile(join(folder, "nothing"), { name: "nothing" }), { code: "ENOENT" });
    mkdirSync(join(folder, "copy"));
    await assert.rejects(download(), Error);
    assert.deepEqual(readdirSync(join(folder, "copy")), []);
  });
});
