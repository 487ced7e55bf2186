import assert from "node:assert/strict";
import { type SpawnSyncReturns, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { readContents } from "../importers/kubeflow/testkit/registry-contents.ts";
import { make, seed } from "../importers/kubeflow/testkit/seed.ts";
import { startServerProcess } from "../server/testkit/server-process.ts";
import { startTestServer, type TestServer } from "../server/testkit/test-server.ts";

const program = fileURLToPath(new URL("main.mjs", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "modelregistry-import-"));
after(() => rmSync(folder, { recursive: true, force: true }));

interface Ended {
  status: number | null;
  stdout: string;
  stderr: string;
}

/** Runs the program beside a source in this process; `killAt` ends it as soon as its progress says this. */
async function importKubeflow(
  flags: readonly string[],
  options: { token?: string; killAt?: string } = {},
): Promise<Ended> {
  const { token = "", killAt } = options;
  const child = spawn(process.execPath, [program, "import", "kubeflow", ...flags], {
    env: { ...process.env, MODEL_REGISTRY_TOKEN: token },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk) => {
    stdout += chunk;
  });
  child.stderr.on("data", (chunk) => {
    stderr += chunk;
    if (killAt !== undefined && stderr.includes(killAt)) child.kill("SIGKILL");
  });
  const [status] = (await once(child, "close")) as [number | null];
  return { status, stdout, stderr };
}

describe("modelregistry import kubeflow", () => {
  let source: TestServer;
  before(async () => {
    source = await startTestServer();
    await seed(source);
  });
  after(() => source.close());

  it("copies, shows what it does, reports, and writes the report for programs", async () => {
    const reportFile = join(folder, "report.json");
    const data = join(folder, "copied");
    const { status, stdout, stderr } = await importKubeflow([
      "--from",
      source.url,
      "--data",
      data,
      "--report",
      reportFile,
    ]);
    assert.equal(status, 0, stderr);
    assert.match(stderr, /registered models +2 /);
    assert.match(stdout, /model versions +3 +3 +0 +0\n/);
    assert.match(stdout, /Everything that was found is here\.\n$/);
    const report = JSON.parse(readFileSync(reportFile, "utf8"));
    assert.deepEqual(report.report.counts["model version"], { found: 3, copied: 3, alreadyThere: 0, notCopied: 0 });
    assert.equal(report.report.complete, true);
    assert.equal(report.dataDirectory, data);
  });

  it("ends with 3 where something was not copied, and says what and why", async () => {
    const data = join(folder, "conflict");
    const other = await startTestServer();
    await make(other, "registered_models", { name: "net" });
    assert.equal((await importKubeflow(["--from", other.url, "--data", data])).status, 0);
    await other.close();
    const { status, stdout } = await importKubeflow(["--from", source.url, "--data", data]);
    assert.equal(status, 3);
    assert.match(stdout, /registered model 1 "net": another registered model here has the name "net"\. Rename/);
    assert.match(stdout, /Not everything is here/);
  });

  it("only reads with --dry-run, also beside a server that uses the folder", async () => {
    const data = join(folder, "dry");
    const { status, stdout } = await importKubeflow(["--from", source.url, "--data", data, "--dry-run"]);
    assert.equal(status, 0);
    assert.match(stdout, /Everything can be copied\.\n$/);
    assert.match(stdout, /Would copy .*\n\n.*\n.*serving environments +1 +1 +0 +0\n/);
    assert.equal(existsSync(data), false);
    const server = await startServerProcess(data);
    const busy = await importKubeflow(["--from", source.url, "--data", data]);
    assert.equal(busy.status, 1);
    assert.match(busy.stderr, /in use by another modelregistry server/);
    const before = await readContents(server.url);
    assert.equal((await importKubeflow(["--from", source.url, "--data", data, "--dry-run"])).status, 0);
    assert.deepEqual(await readContents(server.url), before);
    await server.kill();
  });

  it("goes on where it was killed, again and again, and has everything once at the end", async () => {
    const experimentId = await make(source, "experiments", { name: "many" });
    for (let index = 0; index < 150; index++) {
      const registeredModelId = await make(source, "registered_models", { name: `many-${index}` });
      await make(source, "model_versions", { name: "v", registeredModelId });
      const runId = await make(source, "experiment_runs", { name: `r-${index}`, experimentId });
      for (const step of [0, 1, 2]) {
        const point = { artifactType: "metric", name: "loss", value: step, step, timestamp: "1" };
        await make(source, `experiment_runs/${runId}/artifacts`, point);
      }
    }
    const data = join(folder, "killed");
    const flags = ["--from", source.url, "--data", data];
    let kills = 0;
    for (const killAt of [
      "serving env",
      "experiment runs",
      "registered models",
      "model versions",
      "artifacts",
      "points",
    ]) {
      const { status, stderr } = await importKubeflow(flags, { killAt });
      assert.ok(status === null || status === 0, stderr);
      if (status === null) kills++;
    }
    assert.ok(kills > 2, `it was killed ${kills} times: the test tests nothing`);
    const { status, stdout } = await importKubeflow(flags);
    assert.equal(status, 0, stdout);
    assert.match(stdout, /experiment runs +152 +0 +152 +0\n/);
    const server = await startServerProcess(data);
    const copied = await readContents(server.url);
    await server.kill();
    assert.deepEqual(copied, await readContents(source.url));
  });

  it("sends a token, and says when one is needed", async () => {
    const guard = createServer((request, response) => {
      const isAllowed = request.headers.authorization === "Bearer secret";
      response.writeHead(isAllowed ? 200 : 401);
      response.end(JSON.stringify({ items: [], nextPageToken: "" }));
    }).listen(0, "127.0.0.1");
    await once(guard, "listening");
    const from = `http://127.0.0.1:${(guard.address() as AddressInfo).port}`;
    const flags = ["--from", from, "--data", join(folder, "token")];
    const refused = await importKubeflow(flags);
    assert.equal(refused.status, 1);
    assert.match(refused.stderr, /answers 401\. Give a token that may read it with --token or MODEL_REGISTRY_TOKEN/);
    assert.equal((await importKubeflow(flags, { token: "secret" })).status, 0);
    assert.equal((await importKubeflow([...flags, "--token", "secret"])).status, 0);
    guard.close();
  });

  it("keeps and reports what it has copied where the source fails, and says how to go on", async () => {
    const times = { createTimeSinceEpoch: "1", lastUpdateTimeSinceEpoch: "1" };
    const environment = { id: "1", name: "prod", customProperties: {}, ...times };
    const broken = createServer((request, response) => {
      if (request.url?.includes("/experiments")) response.writeHead(400).end("no");
      else response.end(JSON.stringify({ items: [environment], nextPageToken: "" }));
    }).listen(0, "127.0.0.1");
    await once(broken, "listening");
    const from = `http://127.0.0.1:${(broken.address() as AddressInfo).port}`;
    const { status, stdout, stderr } = await importKubeflow(["--from", from, "--data", join(folder, "broken")]);
    broken.close();
    assert.equal(status, 1);
    assert.match(stdout, /serving environments +1 +1 +0 +0\n/);
    assert.doesNotMatch(stdout, /Everything/);
    assert.match(
      stderr,
      /answers 400, which is no page of a list: "no"\. What was copied stays: run the same command again/,
    );
  });

  for (const [flags, status, message] of [
    [[], 1, /--from is missing/],
    [["--from", "registry"], 1, /registry is no address of a server/],
    [["--from", "http://127.0.0.1:1"], 1, /can't be reached/],
    [["--from", "http://no.such.host.invalid"], 1, /can't be reached/],
    [
      ["--from", "http://127.0.0.1:1", "--ca-file", "/nowhere.pem"],
      1,
      /--ca-file \/nowhere\.pem is no file of certificates/,
    ],
    [["--from", "http://127.0.0.1:1", "--ca-file", program], 1, /--ca-file .* is no file of certificates/],
    [["--form", "x"], 1, /--form/],
  ] as const) {
    it(`refuses ${flags.join(" ") || "nothing"} with a sentence`, () => {
      const ended = run("import", "kubeflow", ...flags);
      assert.equal(ended.status, status);
      assert.match(ended.stderr, message);
      assert.doesNotMatch(ended.stderr, /\n\s+at /);
    });
  }

  it("says that the report can't be written, after it has shown it", async () => {
    const flags = [
      "--from",
      source.url,
      "--data",
      join(folder, "unreported"),
      "--report",
      join(folder, "no", "report"),
    ];
    const { status, stdout, stderr } = await importKubeflow(flags);
    assert.equal(status, 1);
    assert.match(stdout, /Everything that was found is here/);
    assert.match(stderr, /--report .* can't be written: ENOENT/);
  });

  it("refuses an address that is no Kubeflow registry", async () => {
    const { status, stderr } = await importKubeflow(["--from", `${source.url}/elsewhere`]);
    assert.equal(status, 1);
    assert.match(stderr, /answers, but not as a Kubeflow model registry/);
  });

  it("says what can be imported", () => {
    const { status, stderr } = run("import");
    assert.equal(status, 2);
    assert.match(stderr, /modelregistry import kubeflow --from URL/);
  });
});

function run(...argv: string[]): SpawnSyncReturns<string> {
  return spawnSync(process.execPath, [program, ...argv], { encoding: "utf8", timeout: 20_000 });
}
