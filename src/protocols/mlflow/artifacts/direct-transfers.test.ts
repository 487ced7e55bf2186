import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { startTestServer, type TestServer } from "../../../server/testkit/test-server.ts";
import { testDirectTransfers } from "./testkit/direct-transfers-suite.ts";

testDirectTransfers("local folder", () => startTestServer());

const posting = (fields: object) => ({
  method: "POST",
  headers: { "content-type": "application/json" },
  body: JSON.stringify(fields),
});

describe("requests that the server itself has signed", () => {
  let server: TestServer;
  before(async () => {
    server = await startTestServer();
  });
  after(() => server.close());

  const create = async (directory: string) => {
    const answer = await fetch(
      `${server.url}/api/2.0/mlflow-artifacts/mpu/create/${directory}`,
      posting({ path: "a.bin", num_parts: 2 }),
    );
    const { upload_id, credentials } = (await answer.json()) as { upload_id: string; credentials: { url: string }[] };
    return { id: upload_id, urls: credentials.map(({ url }) => new URL(url)) };
  };
  const put = async (url: URL | string) => (await fetch(url, { method: "PUT", body: "x" })).status;
  const changed = (url: URL, change: (copy: URL) => void) => {
    const copy = new URL(url);
    change(copy);
    return copy;
  };

  it("are good for this request alone", async () => {
    const [one, two] = [await create("1"), await create("2")];
    const [url, other] = one.urls;
    assert.ok(url && other && two.urls[0]);
    const refused = [
      changed(url, (copy) => copy.searchParams.set("expires", "99999999999")),
      changed(url, (copy) => copy.searchParams.set("signature", "00".repeat(32))),
      changed(url, (copy) => copy.searchParams.set("signature", "not hexadecimal")),
      changed(url, (copy) => copy.searchParams.delete("signature")),
      changed(url, (copy) => copy.searchParams.append("more", "1")),
      changed(url, (copy) => {
        copy.pathname = other.pathname;
      }),
      changed(url, (copy) => {
        copy.pathname = two.urls[0]?.pathname ?? "";
      }),
      changed(url, (copy) => {
        copy.search = "";
      }),
    ];
    for (const wrong of refused) assert.equal(await put(wrong), 403, wrong.href);
    const asBody = url.href.replace(/parts\/([^/]+)\/1/, "bodies/$1");
    assert.equal(await put(asBody), 403);
    assert.equal(await put(url), 200);
    const answer = await fetch(url, { method: "PUT", body: "x" });
    assert.match(answer.headers.get("etag") ?? "", /^"[0-9a-f]{64}"$/);
  });

  it("read these bytes alone", async () => {
    const upload = async (name: string, text: string) => {
      await fetch(`${server.url}/api/2.0/mlflow-artifacts/artifacts/${name}`, { method: "PUT", body: text });
      const answer = await fetch(`${server.url}/api/2.0/mlflow-artifacts/presigned/${name}`);
      return new URL(((await answer.json()) as { url: string }).url);
    };
    const [one, two] = [await upload("one.html", "<b>one</b>"), await upload("two.html", "two")];
    assert.equal((await fetch(`${server.url}${two.pathname}${one.search}`)).status, 403);
    assert.equal((await fetch(changed(one, (copy) => copy.searchParams.set("type", "text/css")))).status, 403);
    assert.equal((await fetch(changed(one, (copy) => copy.searchParams.set("disposition", "inline")))).status, 403);
    assert.equal((await fetch(one, { method: "PUT", body: "x" })).status, 405);
    const answer = await fetch(one);
    assert.equal(await answer.text(), "<b>one</b>");
    assert.match(answer.headers.get("content-disposition") ?? "", /^attachment/);
    assert.match(answer.headers.get("content-security-policy") ?? "", /^sandbox/);
  });

  it("end when they expire", async () => {
    const [{ id }, key] = [await create("3"), readFileSync(join(server.directory, "signing-key"))];
    const directory = readdirSync(join(server.directory, "blobs", "transfers")).at(-1) ?? "";
    assert.notEqual(directory, id);
    const path = `/api/v1/signed/parts/${directory}/1`;
    const signedFor = (expires: number) => {
      const text = JSON.stringify(["PUT", path, [["expires", String(expires)]]]);
      return `${server.url}${path}?expires=${expires}&signature=${createHmac("sha256", key).update(text).digest("hex")}`;
    };
    const now = Math.floor(Date.now() / 1000);
    assert.equal(await put(signedFor(now + 60)), 200);
    assert.equal(await put(signedFor(now - 1)), 403);
  });

  it("end with their upload", async () => {
    const { id, urls } = await create("4");
    await fetch(`${server.url}/api/2.0/mlflow-artifacts/mpu/abort/4`, posting({ path: "a.bin", upload_id: id }));
    assert.equal(await put(urls[0] ?? ""), 404);
  });

  it("are signed with a key that nobody else reads", () => {
    const { mode, size } = statSync(join(server.directory, "signing-key"));
    assert.deepEqual([mode & 0o777, size], [0o600, 32]);
  });

  it("are not what server-info sends clients to", async () => {
    const { body } = await server.mlflow("GET", "server-info");
    assert.deepEqual([body.multipart_uploads_enabled, body.multipart_downloads_enabled], [false, false]);
  });
});

describe("where nobody answers signed requests", () => {
  let server: TestServer;
  let run = "";
  before(async () => {
    server = await startTestServer({ config: { protocols: ["mlflow"] } });
    run = (await server.mlflow("POST", "runs/create", { experiment_id: "0" })).body.run.info.run_id;
  });
  after(() => server.close());

  it("refuses them as upstream on a local folder", async () => {
    const ask = async (path: string, body?: object) => {
      const answer = await fetch(`${server.url}/api/2.0/${path}`, body && posting(body));
      return [answer.status, ((await answer.json()) as { message: string }).message];
    };
    const upload = [501, "Multipart upload is not supported for the current artifact repository"];
    assert.deepEqual(await ask("mlflow-artifacts/mpu/create/1/a", { path: "x", num_parts: 2 }), upload);
    const parts = [{ part_number: 1, etag: "e" }];
    assert.deepEqual(await ask("mlflow-artifacts/mpu/complete/1/a", { path: "x", upload_id: "u", parts }), upload);
    assert.deepEqual(await ask("mlflow-artifacts/mpu/abort/1/a", { path: "x", upload_id: "u" }), upload);
    assert.deepEqual(await ask("mlflow-artifacts/presigned/1/a/x"), [
      501,
      "Multipart download is not supported for the current artifact repository",
    ]);
    assert.match(
      String((await ask("mlflow/artifacts/presigned-upload-url", { run_id: run, path: "x" }))[1]),
      /^Presigned upload is not supported for proxied artifact storage \(artifact URI scheme: mlflow-artifacts\)\./,
    );
    assert.match(
      String((await ask("mlflow/artifacts/presigned-download-url", { run_id: run, path: "x" }))[1]),
      /^Presigned download is not supported for runs with proxied artifact storage/,
    );
  });
});
