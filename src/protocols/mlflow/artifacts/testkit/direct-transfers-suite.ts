import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, before, describe, it } from "node:test";
import type { TestServer } from "../../../../server/testkit/test-server.ts";

interface Signed {
  url: string;
  headers: Record<string, string>;
}

/** What MLflow's clients ask of transfers by signed URLs, wherever the bytes are kept. */
export function testDirectTransfers(name: string, start: () => Promise<TestServer>): void {
  describe(`direct transfers: ${name}`, () => {
    let server: TestServer;
    let run = "";
    let folder = "";
    before(async () => {
      server = await start();
      run = (await server.mlflow("POST", "runs/create", { experiment_id: "0" })).body.run.info.run_id;
      folder = `0/${run}/artifacts`;
    });
    after(() => server.close());

    const proxy = (path: string) => `${server.url}/api/2.0/mlflow-artifacts/${path}`;
    const post = async (path: string, fields: object) => {
      const answer = await fetch(proxy(path), {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(fields),
      });
      return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
    };
    const create = async (directory: string, file: string, parts: number) => {
      const { status, body } = await post(`mpu/create/${directory}`, { path: `/home/me/${file}`, num_parts: parts });
      assert.equal(status, 200, JSON.stringify(body));
      return body as unknown as { upload_id: string; credentials: (Signed & { part_number: number })[] };
    };
    const putTo = async ({ url, headers }: Signed, body: Uint8Array | string) => {
      const answer = await fetch(url, { method: "PUT", headers, body });
      assert.equal(answer.status, 200, await answer.text());
      return answer.headers.get("etag") ?? "";
    };
    const complete = (directory: string, file: string, upload_id: string, etags: string[]) => {
      const parts = etags.map((etag, index) => ({ part_number: index + 1, etag, url: "" }));
      return post(`mpu/complete/${directory}`, { path: file, upload_id, parts });
    };
    const stored = async (path: string) => {
      const answer = await fetch(proxy(`artifacts/${path}`));
      return answer.status === 200 ? Buffer.from(await answer.arrayBuffer()) : answer.status;
    };
    const listed = async (path: string) => {
      const { body } = await server.mlflow("GET", "artifacts/list", { run_id: run, path });
      return (body.files ?? []).map(({ path: file }: { path: string }) => file);
    };
    const presign = async (kind: "upload" | "download", fields: object) => {
      const { status, body } = await server.mlflow("POST", `artifacts/presigned-${kind}-url`, fields);
      return { status, body, signed: { url: body.presigned_url, headers: body.headers ?? {} } as Signed };
    };

    describe("files in parts", () => {
      const parts = [randomBytes(5 * 1024 * 1024), randomBytes(5 * 1024 * 1024), randomBytes(1000)];

      it("are there when they are completed, and not before", async () => {
        const { upload_id, credentials } = await create(`${folder}/big`, "model.bin", 3);
        assert.deepEqual(
          credentials.map(({ part_number }) => part_number),
          [1, 2, 3],
        );
        const etags = await Promise.all(credentials.map((credential, index) => putTo(credential, parts[index] ?? "")));
        assert.equal(await stored(`${folder}/big/model.bin`), 404);
        assert.deepEqual(await complete(`${folder}/big`, "model.bin", upload_id, etags), { status: 200, body: {} });
        assert.deepEqual(await stored(`${folder}/big/model.bin`), Buffer.concat(parts));
        assert.deepEqual(await listed("big"), ["big/model.bin"]);
      });

      it("have the last attempt of a part that the client names", async () => {
        const { upload_id, credentials } = await create(`${folder}/again`, "a.txt", 1);
        const [credential] = credentials;
        assert.ok(credential);
        await putTo(credential, "first");
        const etag = await putTo(credential, "second");
        assert.equal((await complete(`${folder}/again`, "a.txt", upload_id, [etag])).status, 200);
        assert.equal(String(await stored(`${folder}/again/a.txt`)), "second");
      });

      it("need every part, and as it was put", async () => {
        const { upload_id, credentials } = await create(`${folder}/lacking`, "a.bin", 2);
        const etags = await Promise.all(credentials.slice(0, 1).map((credential) => putTo(credential, parts[0] ?? "")));
        const nothing = '"d41d8cd98f00b204e9800998ecf8427e"';
        for (const named of [[...etags, nothing], [nothing], []]) {
          const { status, body } = await complete(`${folder}/lacking`, "a.bin", upload_id, named);
          assert.deepEqual([status, body.error_code], [400, "INVALID_PARAMETER_VALUE"]);
        }
        assert.equal(await stored(`${folder}/lacking/a.bin`), 404);
        assert.equal((await post(`mpu/abort/${folder}/lacking`, { path: "a.bin", upload_id })).status, 200);
        assert.equal((await complete(`${folder}/lacking`, "a.bin", upload_id, etags)).status, 404);
      });

      it("go nowhere else than where they were begun", async () => {
        const { upload_id, credentials } = await create(`${folder}/mine`, "a.txt", 1);
        const etags = await Promise.all(credentials.map((credential) => putTo(credential, "mine")));
        for (const [directory, file] of [
          [`${folder}/theirs`, "a.txt"],
          [`${folder}/mine`, "b.txt"],
          ["0", "a.txt"],
        ] as const) {
          const { status, body } = await complete(directory, file, upload_id, etags);
          assert.deepEqual([status, body.error_code], [404, "RESOURCE_DOES_NOT_EXIST"]);
          assert.equal((await post(`mpu/abort/${directory}`, { path: file, upload_id })).status, 404);
        }
        assert.equal((await complete(`${folder}/mine`, "a.txt", upload_id, etags)).status, 200);
        assert.equal((await complete(`${folder}/mine`, "a.txt", upload_id, etags)).status, 404);
      });

      it("are not begun where no file can be", async () => {
        await fetch(proxy(`artifacts/${folder}/file/in.txt`), { method: "PUT", body: "x" });
        const begin = async (directory: string, path: string, num_parts = 1) =>
          (await post(`mpu/create/${directory}`, { path, num_parts })).status;
        assert.equal(await begin(folder, "file"), 400);
        assert.equal(await begin(`${folder}/file/in.txt`, "x"), 400);
        assert.equal(await begin("registered-models/models", "x"), 400);
        assert.equal(await begin(folder, "x", 100_000), 400);
        assert.equal(await begin(folder, "x", -1), 400);
        assert.equal(await begin("..%2f..", "x"), 400);
        assert.equal(await begin(folder, ".."), 400);
      });
    });

    describe("files in one body", () => {
      const putFile = async (path: string, text: string) => {
        const { status, signed } = await presign("upload", { run_id: run, path, expiration: 60 });
        assert.equal(status, 200);
        return putTo(signed, text);
      };

      it("are seen when somebody looks", async () => {
        await putFile("put/nested/a.txt", "text of a");
        await putFile("put/b.txt", "text of b");
        assert.deepEqual(await listed("put"), ["put/b.txt", "put/nested"]);
        assert.equal(String(await stored(`${folder}/put/nested/a.txt`)), "text of a");
        await putFile("put/b.txt", "another b");
        assert.equal(String(await stored(`${folder}/put/b.txt`)), "another b");
      });

      it("of a logged model, too", async () => {
        const created = await server.mlflow("POST", "logged-models", {
          experiment_id: "0",
          name: "m",
          source_run_id: run,
        });
        const model = created.body.model.info.model_id;
        const { signed } = await presign("upload", { model_id: model, path: "MLmodel" });
        await putTo(signed, "flavors: {}");
        assert.equal(String(await stored(`0/models/${model}/artifacts/MLmodel`)), "flavors: {}");
      });

      it("count as put when they were put", async () => {
        await putFile("order/a.txt", "earlier");
        await fetch(proxy(`artifacts/${folder}/order/a.txt`), { method: "PUT", body: "later" });
        assert.equal(String(await stored(`${folder}/order/a.txt`)), "later");
        await putFile("order/b.txt", "gone");
        await fetch(proxy(`artifacts/${folder}/order/b.txt`), { method: "DELETE" });
        assert.equal(await stored(`${folder}/order/b.txt`), 404);
      });

      it("keep nobody from looking where nothing was put, or nothing can be", async () => {
        await presign("upload", { run_id: run, path: "never/a.txt" });
        assert.deepEqual(await listed("never"), []);
        const { signed } = await presign("upload", { run_id: run, path: "blocked/a" });
        await fetch(proxy(`artifacts/${folder}/blocked/a/b.txt`), { method: "PUT", body: "first" });
        await putTo(signed, "second");
        assert.deepEqual(await listed("blocked"), ["blocked/a"]);
        assert.deepEqual(await listed("blocked/a"), ["blocked/a/b.txt"]);
      });

      it("are each adopted once, however many look at the same time", async () => {
        await putFile("once/a.txt", "once");
        const looks = await Promise.all(Array.from({ length: 8 }, () => listed("once")));
        for (const look of looks) assert.deepEqual(look, ["once/a.txt"]);
        const stores = (await server.events()).filter((event) => event.kind === "artifact.stored");
        assert.equal(stores.filter(({ path }) => path === `${folder}/once/a.txt`).length, 1);
      });
    });

    describe("downloads", () => {
      before(() => fetch(proxy(`artifacts/${folder}/down/模型.txt`), { method: "PUT", body: "0123456789" }));

      it("say where the bytes are and how many", async () => {
        const answer = await fetch(proxy(`presigned/${folder}/down/模型.txt`));
        const { url, headers, file_size } = (await answer.json()) as Signed & { file_size: number };
        assert.equal(file_size, 10);
        assert.equal(await (await fetch(url, { headers })).text(), "0123456789");
        const part = await fetch(url, { headers: { ...headers, range: "bytes=2-4" } });
        assert.deepEqual([part.status, await part.text()], [206, "234"]);
      });

      it("of a run's file come as the file that they are", async () => {
        const { body, signed } = await presign("download", { run_id: run, path: "down/模型.txt", expiration: 60 });
        assert.equal(body.file_size, 10);
        const answer = await fetch(signed.url, { headers: signed.headers });
        assert.equal(await answer.text(), "0123456789");
        assert.match(answer.headers.get("content-type") ?? "", /^text\/plain/);
        assert.match(answer.headers.get("content-disposition") ?? "", /^attachment; .*%E6%A8%A1%E5%9E%8B\.txt/);
      });

      it("are refused where there is no file", async () => {
        assert.equal((await fetch(proxy(`presigned/${folder}/down/missing.txt`))).status, 404);
        assert.equal((await fetch(proxy(`presigned/${folder}/down`))).status, 400);
        assert.equal((await presign("download", { run_id: run, path: "missing" })).status, 404);
      });
    });

    it("refuses what upstream refuses", async () => {
      for (const fields of [{ path: "x" }, { path: "x", run_id: run, model_id: "m-1" }]) {
        assert.equal(
          (await presign("upload", fields)).body.message,
          "Exactly one of run_id and model_id must be provided.",
        );
      }
      for (const expiration of [0, 604_801]) {
        const { body } = await presign("download", { run_id: run, path: "x", expiration });
        assert.equal(body.message, `expiration must be between 1 and 604800 seconds (got ${expiration}).`);
      }
      assert.equal((await presign("upload", { run_id: "nobody", path: "x" })).status, 404);
    });
  });
}
