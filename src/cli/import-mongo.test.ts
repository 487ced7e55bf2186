import assert from "node:assert/strict";
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { inParallel } from "../core/in-parallel.ts";
import { type EarlierRegistry, startEarlierRegistry } from "../importers/mongo/testkit/earlier-registry.ts";
import { type ObjectProxy, startObjectProxy } from "../importers/mongo/testkit/object-proxy.ts";
import { startServerProcess } from "../server/testkit/server-process.ts";

const MEBIBYTE = 1024 * 1024;
const METADATA = { name: "net", version: "1", file_extension: "pkl", storage_group: "ml-models" };

const program = fileURLToPath(new URL("main.mjs", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "modelregistry-import-"));
after(() => rmSync(folder, { recursive: true, force: true }));

interface Ended {
  status: number | null;
  stdout: string;
  stderr: string;
}

type Environment = Record<string, string | undefined>;

/** Runs the program; `during` may watch it or end it. */
async function importMongo(
  flags: readonly string[],
  environment: Environment,
  during?: (child: ChildProcess) => void,
): Promise<Ended> {
  const child = spawn(process.execPath, [program, "import", "mongo", ...flags], {
    cwd: folder,
    env: { ...process.env, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended = { status: null, stdout: "", stderr: "" } as Ended;
  for (const name of ["stdout", "stderr"] as const) {
    child[name].setEncoding("utf8").on("data", (text: string) => {
      ended[name] += text;
    });
  }
  during?.(child);
  const [status] = (await once(child, "close")) as [number | null];
  return { ...ended, status };
}

describe("modelregistry import mongo", () => {
  let earlier: EarlierRegistry;
  let proxy: ObjectProxy;
  let accounts: { MONGODB_URL: string; MINIO_ENDPOINT: string; MINIO_ACCESS_KEY: string; MINIO_SECRET_KEY: string };
  before(async () => {
    earlier = await startEarlierRegistry();
    proxy = await startObjectProxy(earlier.objects.endpoint);
    accounts = {
      MONGODB_URL: earlier.mongo.url,
      MINIO_ENDPOINT: proxy.url.replace("http://", ""),
      MINIO_ACCESS_KEY: earlier.objects.accessKeyId,
      MINIO_SECRET_KEY: earlier.objects.secretAccessKey,
    };
  });
  after(async () => {
    proxy.close();
    await earlier.close();
  });
  beforeEach(async () => {
    await earlier.mongo.collection.deleteMany({});
    proxy.interfere = () => undefined;
    proxy.reads.length = 0;
  });

  it("takes the earlier registry's own .env, copies, reports, and shows no secret", async () => {
    const id = await earlier.register({ ...METADATA, id: "m" }, randomBytes(2_000_000));
    await earlier.register({ ...METADATA, id: "gone" }, randomBytes(10), { storage_path: "gone" });
    const url = new URL(accounts.MONGODB_URL);
    url.pathname = "/";
    const settings = {
      ...accounts,
      MONGODB_URL: url.href,
      MONGODB_DB: earlier.mongo.databaseName,
      MINIO_BUCKET: "models",
    };
    const lines = Object.entries(settings).map(([name, value]) => `${name}=${value}\n`);
    writeFileSync(join(folder, ".env"), lines.join(""));
    const flags = ["--data", join(folder, "env"), "--report", "report.json"];
    const { status, stdout, stderr } = await importMongo(flags, {});
    rmSync(join(folder, ".env"));
    assert.equal(status, 3, stderr);
    assert.match(stdout, /models +2 +1 +0 +1\n/);
    assert.match(stdout, /files +2 MB\n/);
    assert.match(stdout, /model [0-9a-f]{24} "net": the object "gone" of the bucket "ml-models" does not exist\. Put/);
    assert.match(stderr, /models +/);
    const text = readFileSync(join(folder, "report.json"), "utf8");
    const { report, source } = JSON.parse(text);
    assert.deepEqual(report.counts.model, { found: 2, copied: 1, alreadyThere: 0, notCopied: 1 });
    assert.match(source, /^mongodb:\/\/127\.0\.0\.1:\d+\/test_\w+\.models and http:\/\/127/);
    for (const secret of [decodeURIComponent(url.password), url.password, accounts.MINIO_SECRET_KEY]) {
      assert.ok(secret.length > 5 && !`${stdout}${stderr}${text}`.includes(secret));
    }
    assert.equal(String(id).length, 24);
  });

  it("goes on where it was killed, again and again, and has everything once at the end", async () => {
    const count = 120;
    const models = await inParallel(8, [...Array(count).keys()], async (index) => {
      const bytes = randomBytes(1000 + index);
      const id = await earlier.register(
        { ...METADATA, id: `m${index}`, name: `net ${index % 7}`, version: `${index}` },
        bytes,
      );
      return { id, bytes };
    });
    const large = Buffer.alloc(66 * MEBIBYTE, randomBytes(MEBIBYTE + 1));
    models.push({ id: await earlier.register({ ...METADATA, id: "large", name: "large" }, large), bytes: large });
    const flags = ["--data", join(folder, "killed"), "--blobs", "folder"];
    let kills = 0;
    for (const killAt of [20, 30, 30]) {
      proxy.reads.length = 0;
      const killAfterSome = (child: ChildProcess) => {
        proxy.interfere = () => void (proxy.reads.length === killAt && child.kill("SIGKILL"));
      };
      const { status, stderr } = await importMongo(flags, accounts, killAfterSome);
      assert.ok(status === null, stderr);
      kills++;
    }
    proxy.reads.length = 0;
    const killInTheLarge = (child: ChildProcess) => {
      proxy.interfere = (_path, range) =>
        void (range === `bytes=${64 * MEBIBYTE}-${66 * MEBIBYTE - 1}` && child.kill("SIGKILL"));
    };
    assert.equal((await importMongo(flags, accounts, killInTheLarge)).status, null);
    proxy.interfere = () => undefined;
    proxy.reads.length = 0;
    const { status, stdout } = await importMongo(flags, accounts);
    assert.equal(status, 0, stdout);
    assert.ok(proxy.reads.length < 10, `${proxy.reads.length} objects were read again`);
    assert.ok(proxy.reads.every(({ range }) => range !== `bytes=0-${64 * MEBIBYTE - 1}`));
    assert.match((await importMongo(flags, accounts)).stdout, /models +121 +0 +121 +0\n/);
    await requireAll(join(folder, "killed"), models);
    assert.equal(spawnSync(process.execPath, [program, "verify", ...flags]).status, 0);
    assert.equal(kills, 3);
  });

  async function requireAll(data: string, models: readonly { id: unknown; bytes: Buffer }[]): Promise<void> {
    const server = await startServerProcess(data);
    try {
      const list = await fetch(`${server.url}/api/v1/models?page_size=1000`);
      assert.equal(((await list.json()) as { models: unknown[] }).models.length, models.length);
      await inParallel(4, models, async ({ id, bytes }) => {
        const content = await fetch(`${server.url}/api/v1/models/${id}/content`);
        assert.ok(Buffer.from(await content.arrayBuffer()).equals(bytes), String(id));
      });
    } finally {
      await server.kill();
    }
  }

  it("needs no more memory for a large object than for a small one", {
    skip: process.platform !== "linux",
  }, async () => {
    await earlier.register({ ...METADATA, id: "small" }, randomBytes(10));
    const small = await memoryFor(join(folder, "memory"));
    await earlier.register({ ...METADATA, id: "large", version: "2" }, Buffer.alloc(200 * MEBIBYTE, 1));
    const growth = (await memoryFor(join(folder, "memory"))) - small;
    assert.ok(growth < 96 * MEBIBYTE, `grew by ${Math.round(growth / MEBIBYTE)} MiB`);
  });

  /** The most that an import ever held, in bytes. */
  async function memoryFor(data: string): Promise<number> {
    let most = 0;
    const { status, stderr } = await importMongo(["--data", data, "--blobs", "folder"], accounts, (child) => {
      const timer = setInterval(() => {
        if (!existsSync(`/proc/${child.pid}/status`)) return;
        const [, kilobytes] = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${child.pid}/status`, "utf8")) ?? [];
        most = Math.max(most, Number(kilobytes ?? 0) * 1024);
      }, 20);
      child.once("close", () => clearInterval(timer));
    });
    assert.equal(status, 0, stderr);
    assert.ok(most > 0);
    return most;
  }

  it("says in a sentence what is wrong with either side", async () => {
    await earlier.register({ ...METADATA, id: "m" }, randomBytes(10));
    const withPassword = (password: string) => accounts.MONGODB_URL.replace(/:[^:@]*@/, `:${password}@`);
    const refusals: [flags: string[], environment: Environment, message: RegExp][] = [
      [[], { MONGODB_URL: "" }, /--from is missing: .*MONGODB_URL/],
      [[], { MINIO_ENDPOINT: "" }, /--s3 is missing: .*MINIO_ENDPOINT/],
      [["--s3", "ftp://x"], {}, /--s3 \(MINIO_ENDPOINT\) ftp:\/\/x is no address/],
      [["--from", "http://u:secret1@h/db"], {}, /--from \(MONGODB_URL\) is no address of a database/],
      [["--from", "mongodb://u:sec/ret1@h/db"], {}, /--from \(MONGODB_URL\) is no address of a database: .*%40/],
      [["--from", "mongodb://127.0.0.1"], {}, /it names no database/],
      [
        ["--from", "mongodb://127.0.0.1:1/db?serverSelectionTimeoutMS=200"],
        {},
        /MongoDB at 127\.0\.0\.1:1 can't be reached: .*ECONNREFUSED/,
      ],
      [[], { MONGODB_URL: withPassword("secret1") }, /MongoDB at 127\.0\.0\.1:\d+ refuses the user or the password/],
      [["--collection", "other"], {}, /has no collection other; it has models\. Name one with --collection/],
      [
        [],
        { MINIO_SECRET_KEY: "secret1" },
        /S3 at http.* refuses the credentials \(SignatureDoesNotMatch\)\. Check MINIO_ACCESS_KEY/,
      ],
      [[], { MINIO_ACCESS_KEY: "nobody" }, /S3 at http.* refuses the credentials/],
      [["--s3", earlier.objects.endpoint.replace("http:", "https:")], {}, /does not speak TLS as it should/],
    ];
    for (const [flags, environment, message] of refusals) {
      const { status, stdout, stderr } = await importMongo(
        ["--data", join(folder, "refused"), "--blobs", "folder", ...flags],
        {
          ...accounts,
          ...environment,
        },
      );
      assert.equal(status, 1, `${flags} ${JSON.stringify(environment)} ${stdout}`);
      assert.match(stderr, message);
      assert.doesNotMatch(stderr + stdout, /secret1|sec\/ret|\n\s+at /);
    }
  });
});
