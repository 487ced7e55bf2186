import type { Server } from "../contestants/contestant.ts";
import { ask, post, send } from "../http/api.ts";
import { Connection } from "../http/connection.ts";
import {
  ALIAS,
  type Dataset,
  HISTORY_EXPERIMENT,
  HISTORY_METRIC,
  RUNS_EXPERIMENT,
  type SeedPoint,
  type SeedRun,
  seedModels,
  seedPoints,
  seedRuns,
  versionSource,
} from "./dataset.ts";

const CONNECTIONS = 8;
const LARGEST_BATCH = 1000;

/** Fills a running server with a dataset as a client would. */
export async function seedThroughApi(server: Server, dataset: Dataset): Promise<void> {
  const connection = new Connection(server.port);
  const runs = await createExperiment(connection, RUNS_EXPERIMENT);
  await inParallel(server.port, seedRuns(dataset.runs), (each, run) => createSeedRun(each, runs, run));
  const history = await createExperiment(connection, HISTORY_EXPERIMENT);
  await createHistory(connection, history, [...seedPoints(dataset.historyPoints)]);
  for (const model of seedModels(dataset.versions)) await createModel(connection, model.name, model.versions);
  connection.close();
}

/** Creates a run in an experiment; returns its id. */
export async function createRun(connection: Connection, experiment: string, fields: object = {}): Promise<string> {
  const body = JSON.stringify({ experiment_id: experiment, start_time: 1, ...fields });
  const { run } = await ask<{ run: { info: { run_id: string } } }>(connection, post("runs/create", body));
  return run.info.run_id;
}

async function createExperiment(connection: Connection, name: string): Promise<string> {
  const call = post("experiments/create", JSON.stringify({ name }));
  return (await ask<{ experiment_id: string }>(connection, call)).experiment_id;
}

async function createSeedRun(connection: Connection, experiment: string, run: SeedRun): Promise<void> {
  const runId = await createRun(connection, experiment, {
    run_name: run.name,
    start_time: run.startTime,
    tags: pairs(run.tags),
  });
  const metrics = pairs(run.metrics).map((metric) => ({ ...metric, timestamp: run.startTime, step: 0 }));
  await send(connection, post("runs/log-batch", JSON.stringify({ run_id: runId, metrics, params: pairs(run.params) })));
  const end = { run_id: runId, status: "FINISHED", end_time: run.startTime + 500 };
  await send(connection, post("runs/update", JSON.stringify(end)));
}

async function createHistory(connection: Connection, experiment: string, points: SeedPoint[]): Promise<void> {
  if (points.length === 0) return;
  const runId = await createRun(connection, experiment, { run_name: "history" });
  for (let from = 0; from < points.length; from += LARGEST_BATCH) {
    const metrics = points.slice(from, from + LARGEST_BATCH).map((point) => ({ key: HISTORY_METRIC, ...point }));
    await send(connection, post("runs/log-batch", JSON.stringify({ run_id: runId, metrics })));
  }
}

async function createModel(connection: Connection, name: string, versions: number): Promise<void> {
  await send(connection, post("registered-models/create", JSON.stringify({ name })));
  for (let version = 1; version <= versions; version++) {
    const body = JSON.stringify({ name, source: versionSource(name, version) });
    await send(connection, post("model-versions/create", body));
  }
  await send(connection, post("registered-models/alias", JSON.stringify({ name, alias: ALIAS, version: "1" })));
}

async function inParallel<Item>(
  port: number,
  items: Iterator<Item>,
  work: (connection: Connection, item: Item) => Promise<void>,
): Promise<void> {
  const loop = async () => {
    const connection = new Connection(port);
    for (let next = items.next(); !next.done; next = items.next()) await work(connection, next.value);
    connection.close();
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, loop));
}

function pairs<Value>(record: Record<string, Value>): { key: string; value: Value }[] {
  return Object.entries(record).map(([key, value]) => ({ key, value }));
}
