import type { AssetState } from "../../core/model/assets.ts";
import { DATASET_CONTEXT_TAG, type Dataset, type DatasetSummary, type RunHandle } from "../../core/model/runs.ts";
import type { Tag, Timestamp } from "../../core/model/values.ts";
import { insertDatasetAssets } from "./assets/views.ts";
import type { DatasetRow } from "./schema.ts";
import type { SqlSession } from "./session.ts";

interface DatasetInput {
  dataset: Dataset;
  tags: readonly Tag[];
}

/** Links datasets to a run, in six statements for any number of them. No two of the inputs may name the same dataset. */
export async function logDatasetInputs(
  session: SqlSession,
  run: RunHandle,
  inputs: readonly DatasetInput[],
  time: Timestamp,
  state: AssetState | undefined,
): Promise<void> {
  if (inputs.length === 0) return;
  const ids = await internDatasets(
    session,
    run.experimentId,
    inputs.map(({ dataset }) => dataset),
  );
  const linked = await session.all<{ dataset: number }>("SELECT dataset FROM run_datasets WHERE run = ?", [run.rowId]);
  const known = new Set(linked.map(({ dataset }) => dataset));
  const links = inputs
    .map(({ dataset, tags }) => ({ id: ids.get(identity(dataset)) ?? 0, name: dataset.name, tags }))
    .filter(({ id }) => !known.has(id));
  await session.insertAll(
    { table: "run_datasets", columns: { run: "integer", dataset: "integer" }, onConflict: "DO NOTHING" },
    links.map(({ id }) => [run.rowId, id]),
  );
  await session.insertAll(
    {
      table: "run_dataset_tags",
      columns: { run: "integer", dataset: "integer", key: "text", value: "text" },
      onConflict: "DO NOTHING",
    },
    links.flatMap(({ id, tags }) => tags.map(({ key, value }) => [run.rowId, id, key, value])),
  );
  await insertDatasetAssets(session, run, links, time, state);
}

/**
 * Makes an input of a run one of the dataset that has another digest and is otherwise the same, made where the experiment does not know
 * it yet. Returns its number.
 */
export async function moveDatasetInput(
  session: SqlSession,
  run: number,
  dataset: number,
  digest: string,
): Promise<number> {
  const row = await session.first<Omit<DatasetRow, "id">>(
    "SELECT experiment, name, digest, source_type, source, schema, profile FROM datasets WHERE id = ?",
    [dataset],
  );
  if (row === undefined || row.digest === digest) return dataset;
  const { schema, profile } = row;
  const moved = { name: row.name, digest, sourceType: row.source_type, source: row.source };
  const ids = await internDatasets(session, row.experiment, [
    { ...moved, ...(schema !== null && { schema }), ...(profile !== null && { profile }) },
  ]);
  const id = ids.get(identity(moved)) ?? 0;
  await session.run("INSERT INTO run_datasets (run, dataset) VALUES (?, ?)", [run, id]);
  await session.run("UPDATE run_dataset_tags SET dataset = ? WHERE run = ? AND dataset = ?", [id, run, dataset]);
  await session.run("UPDATE assets SET dataset = ? WHERE run = ? AND dataset = ?", [id, run, dataset]);
  await session.run("DELETE FROM run_datasets WHERE run = ? AND dataset = ?", [run, dataset]);
  return id;
}

/** The numbers of datasets, each made where the experiment does not know it yet. */
async function internDatasets(
  session: SqlSession,
  experimentId: number,
  datasets: readonly Dataset[],
): Promise<Map<string, number>> {
  await session.insertAll(
    {
      table: "datasets",
      columns: {
        experiment: "integer",
        name: "text",
        digest: "text",
        source_type: "text",
        source: "text",
        schema: "text",
        profile: "text",
      },
      onConflict: "DO NOTHING",
    },
    datasets.map(({ name, digest, sourceType, source, schema, profile }) => [
      experimentId,
      name,
      digest,
      sourceType,
      source,
      schema ?? null,
      profile ?? null,
    ]),
  );
  const { inList, listParameter } = session.dialect;
  const rows = await session.all<{ id: number; name: string; digest: string }>(
    `SELECT id, name, digest FROM datasets
     WHERE experiment = ? AND ${inList("name", "text")} AND ${inList("digest", "text")}`,
    [
      experimentId,
      listParameter(datasets.map(({ name }) => name)),
      listParameter(datasets.map(({ digest }) => digest)),
    ],
  );
  return new Map(rows.map((row) => [identity(row), row.id]));
}

function identity({ name, digest }: { name: string; digest: string }): string {
  return JSON.stringify([name, digest]);
}

/** The datasets that runs of these experiments have read, once for each context. */
export async function searchDatasets(
  session: SqlSession,
  experimentIds: readonly number[],
  limit: number,
): Promise<DatasetSummary[]> {
  const { inList, listParameter } = session.dialect;
  const rows = await session.all<{ experiment: number; name: string; digest: string; context: string | null }>(
    `SELECT DISTINCT datasets.experiment, datasets.name, datasets.digest, context.value AS context
     FROM datasets
     JOIN run_datasets ON run_datasets.dataset = datasets.id
     LEFT JOIN run_dataset_tags AS context ON context.run = run_datasets.run AND context.dataset = run_datasets.dataset
       AND context.key = ?
     WHERE ${inList("datasets.experiment", "integer")}
     ORDER BY datasets.experiment, datasets.name, datasets.digest, context LIMIT ?`,
    [DATASET_CONTEXT_TAG, listParameter(experimentIds), limit],
  );
  return rows.map(({ experiment, name, digest, context }) => ({
    experimentId: experiment,
    name,
    digest,
    ...(context !== null && { context }),
  }));
}
