import assert from "node:assert/strict";
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { after, describe, it } from "node:test";
import { fileURLToPath } from "node:url";

const program = fileURLToPath(new URL("main.mjs", import.meta.url));
const directory = mkdtempSync(join(tmpdir(), "modelregistry-cli-"));
const started: ChildProcess[] = [];
after(() => {
  for (const child of started) child.kill("SIGKILL");
  rmSync(directory, { recursive: true, force: true });
});

function run(...argv: string[]) {
  return spawnSync(process.execPath, [program, ...argv], { encoding: "utf8", timeout: 20_000 });
}

/** Starts a server on a free port and waits for its banner. */
async function start(data: string, ...flags: string[]): Promise<{ child: ChildProcess; banner: string; url: string }> {
  const child = spawn(process.execPath, [program, "serve", "--port", "0", "--data", data, ...flags], { stdio: "pipe" });
  started.push(child);
  const [chunk] = (await once(child.stdout as NodeJS.ReadableStream, "data")) as [Buffer];
  const banner = chunk.toString();
  const url = /http:\/\/127\.0\.0\.1:\d+/.exec(banner)?.[0];
  assert.ok(url, banner);
  return { child, banner, url };
}

describe("the command line", () => {
  it("--help and --version", () => {
    assert.match(run("--help").stdout, /Usage: modelregistry serve/);
    assert.match(run("--version").stdout, /^\d+\.\d+\.\d+\n$/);
  });

  for (const [argv, message] of [
    [["dance"], /no command 'dance'/],
    [["serve", "--port", "x"], /--port \(MODELREGISTRY_PORT\) is "x"; give a number/],
    [["serve", "--colour", "red"], /--colour/],
    [["serve", "--log-level", "loud"], /--log-level .* give one of debug, info/],
    [["serve", "--protocols", "kubeflow,soap"], /--protocols .* give one or more of mlflow, kubeflow/],
    [["serve", "--protocols", ""], /--protocols .* give one or more of mlflow, kubeflow/],
  ] as const) {
    it(`refuses ${argv.join(" ")} with a sentence`, () => {
      const { status, stderr } = run(...argv);
      assert.notEqual(status, 0);
      assert.match(stderr, message);
      assert.doesNotMatch(stderr, /\n\s+at /);
    });
  }

  it("serves, names the address and the folder, and ends cleanly on SIGTERM", async () => {
    const data = join(directory, "a", "new", "folder");
    const { child, banner, url } = await start(data);
    assert.match(banner, new RegExp(data));
    const answer = await fetch(`${url}/api/2.0/mlflow/experiments/get?experiment_id=999`);
    assert.equal(answer.status, 404);
    child.kill("SIGTERM");
    const [code] = await once(child, "exit");
    assert.equal(code, 0);
  });

  it("serves one protocol alone", async () => {
    const { child, banner, url } = await start(join(directory, "kubeflow alone"), "--protocols", "kubeflow");
    assert.doesNotMatch(banner, /MLflow/);
    const statusOf = async (path: string) => (await fetch(`${url}/api/${path}`)).status;
    assert.equal(await statusOf("model_registry/v1alpha3/experiments/0"), 200);
    assert.equal(await statusOf("2.0/mlflow/experiments/get?experiment_id=0"), 404);
    child.kill("SIGTERM");
  });

  it("says that the folder is taken, and lets the next one in once it is free, even after kill -9", async () => {
    const data = join(directory, "taken");
    const { child } = await start(data);
    const { status, stderr } = run("serve", "--port", "0", "--data", data);
    assert.equal(status, 1);
    assert.match(stderr, /in use by another modelregistry server/);
    child.kill("SIGKILL");
    await once(child, "exit");
    const second = await start(data);
    second.child.kill("SIGTERM");
  });

  it("says that the port is taken", async () => {
    const blocker = createServer().listen(0, "127.0.0.1");
    await once(blocker, "listening");
    const { port } = blocker.address() as { port: number };
    const { status, stderr } = run("serve", "--port", String(port), "--data", join(directory, "port"));
    blocker.close();
    assert.equal(status, 1);
    assert.match(stderr, new RegExp(`127\\.0\\.0\\.1:${port} is taken`));
  });

  it("refuses a folder of a newer version and leaves it alone", async () => {
    const data = join(directory, "newer");
    const { child } = await start(data);
    child.kill("SIGTERM");
    await once(child, "exit");
    const database = new DatabaseSync(join(data, "registry.db"));
    database.exec("INSERT INTO schema_migrations VALUES ('9999-from-the-future', 0)");
    database.close();
    const { status, stderr } = run("serve", "--port", "0", "--data", data);
    assert.equal(status, 1);
    assert.match(stderr, /9999-from-the-future.*newer version/);
  });
});
