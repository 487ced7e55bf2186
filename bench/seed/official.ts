import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import {
  ALIAS,
  type Dataset,
  HISTORY_EXPERIMENT,
  HISTORY_METRIC,
  RUNS_EXPERIMENT,
  seedModels,
  seedPoints,
  seedRuns,
  versionSource,
} from "./dataset.ts";

const EPOCH = 1_700_000_000_000;

/** Writes a dataset into the official server's SQLite file, through its own schema, before it starts. */
export async function seedOfficial(python: string, folder: string, dataset: Dataset): Promise<void> {
  const script = join(import.meta.dirname, "official.py");
  const child = spawn(python, [script, folder], { stdio: ["pipe", "ignore", "pipe"], timeout: 600_000 });
  let errors = "";
  child.stderr.on("data", (text) => {
    errors += text;
  });
  const ended = once(child, "exit");
  await pipeline(Readable.from(lines(dataset)), child.stdin);
  const [code] = await ended;
  if (code !== 0) throw new Error(`seeding the official server failed:\n${errors.slice(-2000)}`);
}

function* lines(dataset: Dataset): Generator<string> {
  for (const record of records(dataset)) yield `${JSON.stringify(record)}\n`;
}

function* records(dataset: Dataset): Generator<unknown[]> {
  yield ["experiment", RUNS_EXPERIMENT];
  for (const { name, startTime, metrics, params, tags } of seedRuns(dataset.runs)) {
    yield ["run", RUNS_EXPERIMENT, name, startTime, startTime + 500, metrics, params, tags];
  }
  yield ["experiment", HISTORY_EXPERIMENT];
  const points = [...seedPoints(dataset.historyPoints)].map((point) => [point.step, point.timestamp, point.value]);
  yield ["history", HISTORY_EXPERIMENT, "history", HISTORY_METRIC, points];
  for (const [index, model] of seedModels(dataset.versions).entries()) {
    const sources = Array.from({ length: model.versions }, (_, version) => versionSource(model.name, version + 1));
    yield ["model", model.name, EPOCH + index * 1_000_000, sources, ALIAS];
  }
}
