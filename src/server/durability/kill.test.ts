import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, it } from "node:test";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { type Acknowledged, call, MODEL, nothingAcknowledged, writeUntilKilled } from "./workload.ts";

/** How often the server is killed; more for a long soak: `MODELREGISTRY_TEST_KILLS=1000`. */
const KILLS = Number(process.env.MODELREGISTRY_TEST_KILLS ?? 50);
const WRITERS = 6;
const LONGEST_LIFE_MS = 400;

const program = fileURLToPath(new URL("../../cli/main.mjs", import.meta.url));
const data = mkdtempSync(join(tmpdir(), "modelregistry-kill-"));
let server: ChildProcess | undefined;
after(() => {
  server?.kill("SIGKILL");
  rmSync(data, { recursive: true, force: true });
});

async function start(): Promise<string> {
  server = spawn(process.execPath, [program, "serve", "--port", "0", "--data", data], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [banner] = (await once(server.stdout as NodeJS.ReadableStream, "data")) as [Buffer];
  const url = /http:\/\/[\d.]+:\d+/.exec(banner.toString())?.[0];
  assert.ok(url, banner.toString());
  return url;
}

async function kill(): Promise<void> {
  const killed = server;
  killed?.kill("SIGKILL");
  if (killed?.exitCode === null && killed.signalCode === null) await once(killed, "exit");
}

it(`killed ${KILLS} times in the middle of its work, it has lost nothing that it acknowledged`, async () => {
  await call(await start(), "POST", "registered-models/create", { name: MODEL });
  await kill();
  let writes = 0;
  let acknowledged = nothingAcknowledged();
  for (let round = 0; round <= KILLS; round++) {
    const url = await start();
    await verify(url, acknowledged);
    acknowledged = nothingAcknowledged();
    const writers = Array.from({ length: WRITERS }, (_, worker) => writeUntilKilled(url, worker, acknowledged));
    await setTimeout(50 + Math.random() * LONGEST_LIFE_MS);
    await kill();
    await Promise.all(writers);
    writes += acknowledged.runs.size + acknowledged.versions.size + acknowledged.artifacts.size;
  }
  await verify(await start(), acknowledged);
  assert.ok(writes > KILLS, `only ${writes} writes were acknowledged: the test tests nothing`);
  verifyEveryBlob();
});

async function verify(url: string, { runs, versions, artifacts }: Acknowledged): Promise<void> {
  for (const [runId, steps] of runs) {
    const { metrics } = await call(url, "GET", `metrics/get-history?run_id=${runId}&metric_key=loss`);
    const found = new Set(((metrics as { step: number }[] | undefined) ?? []).map((point) => point.step));
    assert.ok(steps.isSubsetOf(found), `run ${runId} has the steps ${[...found]}, acknowledged were ${[...steps]}`);
  }
  for (const [version, runId] of versions) {
    const { model_version } = await call(url, "GET", `model-versions/get?name=${MODEL}&version=${version}`);
    assert.equal((model_version as { run_id: string }).run_id, runId);
  }
  for (const [path, digest] of artifacts) {
    const response = await fetch(`${url}/api/2.0/mlflow-artifacts/artifacts/${path}`);
    assert.equal(response.status, 200, path);
    const bytes = Buffer.from(await response.arrayBuffer());
    assert.equal(createHash("sha256").update(bytes).digest("hex"), digest, path);
  }
}

/** Every visible object is whole: its name is its digest. */
function verifyEveryBlob(): void {
  const files = readdirSync(join(data, "blobs"), { recursive: true, withFileTypes: true });
  const objects = files.filter((entry) => entry.isFile() && /^[0-9a-f]{64}$/.test(entry.name));
  assert.ok(objects.length > 0, "there is no object at all");
  for (const { parentPath, name } of objects) {
    const bytes = readFileSync(join(parentPath, name));
    assert.equal(createHash("sha256").update(bytes).digest("hex"), name);
  }
}
