import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, it } from "node:test";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { type ServerProcess, startServerProcess } from "../testkit/server-process.ts";
import { type Acknowledged, countAcknowledged, nothingAcknowledged } from "./acknowledged.ts";
import { resumeUploads, verifyAcknowledged } from "./evidence.ts";
import { storeInPieces, storeModel, storeSharedModel } from "./model-workload.ts";
import { callMlflow } from "./requests.ts";
import { MODEL, trackRun } from "./tracking-workload.ts";

/** How often the server is killed; more for a long soak: `npm run kill -- 200`. */
const KILLS = Number(process.env.MODELREGISTRY_TEST_KILLS ?? 30);
const LONGEST_LIFE_MS = 400;
const LONGEST_SWEEP_MS = 20;

const WRITERS = [trackRun, trackRun, storeModel, storeSharedModel, storeSharedModel, storeSharedModel, storeInPieces];

const program = fileURLToPath(new URL("../../cli/main.mjs", import.meta.url));
const data = mkdtempSync(join(tmpdir(), "modelregistry-kill-"));
let server: ServerProcess | undefined;
after(async () => {
  await server?.kill();
  rmSync(data, { recursive: true, force: true });
});

it(`killed ${KILLS} times in the middle of its work, it has lost nothing that it acknowledged and left nothing behind`, async () => {
  await callMlflow(await start(), "POST", "registered-models/create", { name: MODEL });
  const rounds: Acknowledged[] = [];
  for (let round = 0; round < KILLS; round++) {
    rounds.push(await workUntilKilled());
    if (round % 3 === 0) await killSweep();
    const url = await start();
    await verifyAcknowledged(url, rounds.at(-1) ?? nothingAcknowledged());
    await resumeUploads(url, rounds.at(-1) ?? nothingAcknowledged());
  }
  for (const acknowledged of rounds) await verifyAcknowledged(server?.url ?? "", acknowledged);
  const writes = rounds.reduce((sum, acknowledged) => sum + countAcknowledged(acknowledged), 0);
  assert.ok(writes > KILLS, `only ${writes} writes were acknowledged: the test tests nothing`);
  verifyStore();
});

async function start(): Promise<string> {
  server = await startServerProcess(data);
  assert.deepEqual(readdirSync(join(data, "blobs/uploads")), [], "interrupted uploads stay behind");
  return server.url;
}

async function workUntilKilled(): Promise<Acknowledged> {
  const url = server?.url ?? "";
  const acknowledged = nothingAcknowledged();
  const writers = WRITERS.map((write) => writeUntilKilled(() => write(url, acknowledged)));
  await setTimeout(50 + Math.random() * LONGEST_LIFE_MS);
  await server?.kill();
  await Promise.all(writers);
  return acknowledged;
}

/** Garbage is collected right after a start. */
async function killSweep(): Promise<void> {
  await start();
  await setTimeout(Math.random() * LONGEST_SWEEP_MS);
  await server?.kill();
}

async function writeUntilKilled(write: () => Promise<void>): Promise<void> {
  try {
    for (;;) await write();
  } catch (error) {
    // The connection is broken.
    if (!(error instanceof TypeError)) throw error;
  }
}

/** Every object hashes to its digest, every row has its object, and nothing is there that nobody refers to. */
function verifyStore(): void {
  const { status, stdout } = spawnSync(process.execPath, [program, "verify", "--data", data], { encoding: "utf8" });
  assert.equal(status, 0, stdout);
}
