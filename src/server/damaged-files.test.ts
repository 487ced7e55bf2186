import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { startTestServer, type TestServer } from "./testkit/test-server.ts";

describe("a stored file whose bytes the disk has spoilt", () => {
  let server: TestServer;
  before(async () => {
    server = await startTestServer();
  });
  after(() => server.close());

  const urlOf = (name: string) => `${server.url}/api/2.0/mlflow-artifacts/artifacts/damage/${name}`;

  async function store(name: string, bytes: Buffer): Promise<void> {
    assert.equal((await fetch(urlOf(name), { method: "PUT", body: bytes })).status, 200);
  }

  function spoil(bytes: Buffer, position: number): void {
    const digest = createHash("sha256").update(bytes).digest("hex");
    const path = join(server.directory, "blobs/sha256", digest.slice(0, 2), digest);
    const kept = readFileSync(path);
    kept.writeUInt8(kept.readUInt8(position) ^ 1, position);
    writeFileSync(path, kept);
  }

  it("is an error instead of the bytes, until they are stored again", async () => {
    const bytes = randomBytes(1000);
    await store("small", bytes);
    spoil(bytes, 700);
    for (const range of ["", "bytes=0-9"]) {
      const answer = await fetch(urlOf("small"), { headers: range ? { range } : {} });
      assert.equal(answer.status, 500);
      assert.match(await answer.text(), /are damaged and are not given out\. Store them again/);
    }
    await store("elsewhere", bytes);
    assert.deepEqual(Buffer.from(await (await fetch(urlOf("small"))).arrayBuffer()), bytes);
  });

  it("is the problem `damaged` in the models API, for the file and for its parts", async () => {
    const bytes = randomBytes(2_000_000);
    const created = await fetch(`${server.url}/api/v1/models?name=damaged`, { method: "POST", body: bytes });
    const { metadata_id, file_name } = (await created.json()) as Record<string, string>;
    spoil(bytes, 100);
    for (const path of ["content", `files/${file_name}`]) {
      for (const range of ["", "bytes=50-60"]) {
        const url = `${server.url}/api/v1/models/${metadata_id}/${path}`;
        const answer = await fetch(url, { headers: range ? { range } : {} });
        assert.equal(answer.status, 500);
        assert.equal(((await answer.json()) as { code: string }).code, "damaged");
      }
    }
  });

  it("breaks off a download that has begun", async () => {
    const bytes = randomBytes(3_000_000);
    await store("large", bytes);
    spoil(bytes, 2_999_999);
    const answer = await fetch(urlOf("large"));
    assert.equal(answer.headers.get("content-length"), String(bytes.length));
    await assert.rejects(answer.arrayBuffer());
    assert.equal((await fetch(urlOf("large"))).status, 500);
  });
});
