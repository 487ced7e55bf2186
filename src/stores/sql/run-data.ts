import type { DatasetInput, Run, RunInfo, RunStatus } from "../../core/model/runs.ts";
import type { Int64, Tag } from "../../core/model/values.ts";
import type { RunModelRow, RunRow } from "./schema.ts";
import type { SqlSession } from "./session.ts";

/** A row of `runs` as a SELECT gives it. */
export type StoredRunRow = Omit<RunRow, "id"> & { id: number };

/**
 * Completes rows of `runs` with everything that was logged to them; keeps their order. Six statements whatever the number of rows,
 * and one more where this process meets a key for the first time.
 */
export async function completeRuns(session: SqlSession, runRows: readonly StoredRunRow[]): Promise<Run[]> {
  if (runRows.length === 0) return [];
  const runs = new Map(runRows.map((row) => [row.id, emptyRun(row)]));
  const ids = session.dialect.listParameter([...runs.keys()]);
  await addKeyedValues(session, runs, ids);
  await addDatasets(session, runs, ids);
  await addModels(session, runs, ids);
  return [...runs.values()];
}

export function toRunInfo(row: StoredRunRow): RunInfo {
  return {
    runId: row.run_id,
    name: row.name,
    experimentId: row.experiment,
    userId: row.user_id,
    status: row.status as RunStatus,
    startTime: row.start_time,
    ...(row.end_time !== null && { endTime: row.end_time }),
    artifactUri: row.artifact_uri,
    lifecycleStage: row.lifecycle_stage,
  };
}

function emptyRun(row: StoredRunRow): Run {
  return {
    info: toRunInfo(row),
    metrics: [],
    params: [],
    tags: [],
    datasetInputs: [],
    modelInputs: [],
    modelOutputs: [],
  };
}

type Runs = ReadonlyMap<number, Run>;
type MetricTuple = [run: number, key: number, value: number | null, timestamp: Int64, step: Int64];
type ValueTuple = [run: number, key: number, value: string];

/** Latest metrics, params and tags, each run's by the number of the key: the order in which keys were first used. */
async function addKeyedValues(session: SqlSession, runs: Runs, ids: string): Promise<void> {
  const inRuns = session.dialect.inList("run", "integer");
  const select = (columns: string, table: string) =>
    `SELECT run, key, ${columns} FROM ${table} WHERE ${inRuns} ORDER BY run, key`;
  const metrics = await session.tuples<MetricTuple>(select("value, timestamp, step", "latest_metrics"), [ids]);
  const params = await session.tuples<ValueTuple>(select("value", "run_params"), [ids]);
  const tags = await session.tuples<ValueTuple>(select("value", "run_tags"), [ids]);
  const name = await session.keys.names(keysOf([metrics, params, tags]));
  for (const [run, key, value, timestamp, step] of metrics) {
    runs.get(run)?.metrics.push({ key: name(key), value: value ?? Number.NaN, timestamp, step });
  }
  for (const [run, key, value] of params) runs.get(run)?.params.push({ key: name(key), value });
  for (const [run, key, value] of tags) runs.get(run)?.tags.push({ key: name(key), value });
}

function keysOf(lists: readonly (readonly (MetricTuple | ValueTuple)[])[]): Set<number> {
  const keys = new Set<number>();
  for (const list of lists) for (const [, key] of list) keys.add(key);
  return keys;
}

interface DatasetInputRow {
  run: number;
  dataset: number;
  name: string;
  digest: string;
  source_type: string;
  source: string;
  schema: string | null;
  profile: string | null;
}

interface DatasetTagRow extends Tag {
  run: number;
  dataset: number;
}

async function addDatasets(session: SqlSession, runs: Runs, ids: string): Promise<void> {
  const inRuns = session.dialect.inList("run", "integer");
  const inputs = await session.all<DatasetInputRow>(
    `SELECT run, dataset, name, digest, source_type, source, schema, profile
     FROM run_datasets JOIN datasets ON datasets.id = run_datasets.dataset WHERE ${inRuns} ORDER BY run, dataset`,
    [ids],
  );
  if (inputs.length === 0) return;
  const tags = await session.all<DatasetTagRow>(
    `SELECT run, dataset, key, value FROM run_dataset_tags WHERE ${inRuns} ORDER BY run, dataset, key`,
    [ids],
  );
  const tagsOf = Map.groupBy(tags, ({ run, dataset }) => `${run} ${dataset}`);
  for (const row of inputs) {
    runs.get(row.run)?.datasetInputs.push(toDatasetInput(row, tagsOf.get(`${row.run} ${row.dataset}`) ?? []));
  }
}

function toDatasetInput(row: DatasetInputRow, tags: readonly DatasetTagRow[]): DatasetInput {
  return {
    dataset: {
      name: row.name,
      digest: row.digest,
      sourceType: row.source_type,
      source: row.source,
      ...(row.schema !== null && { schema: row.schema }),
      ...(row.profile !== null && { profile: row.profile }),
    },
    tags: tags.map(({ key, value }) => ({ key, value })),
  };
}

async function addModels(session: SqlSession, runs: Runs, ids: string): Promise<void> {
  const inRuns = session.dialect.inList("run", "integer");
  const rows = await session.all<RunModelRow>(
    `SELECT run, direction, model_id, step FROM run_models WHERE ${inRuns} ORDER BY run, direction, step, model_id`,
    [ids],
  );
  for (const { run, direction, model_id: modelId, step } of rows) {
    if (direction === "input") runs.get(run)?.modelInputs.push({ modelId });
    else runs.get(run)?.modelOutputs.push({ modelId, step });
  }
}
