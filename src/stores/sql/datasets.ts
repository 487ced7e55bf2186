import { DATASET_CONTEXT_TAG, type Dataset, type DatasetSummary, type RunHandle } from "../../core/model/runs.ts";
import type { Tag } from "../../core/model/values.ts";
import type { SqlSession } from "./session.ts";

interface DatasetInput {
  dataset: Dataset;
  tags: readonly Tag[];
}

/** Links datasets to a run, in five statements for any number of them. No two of the inputs may name the same dataset. */
export async function logDatasetInputs(
  session: SqlSession,
  run: RunHandle,
  inputs: readonly DatasetInput[],
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
    .map(({ dataset, tags }) => ({ id: ids.get(identity(dataset)) ?? 0, tags }))
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
