import type { AssetState } from "../../../core/model/assets.ts";
import { type LoggedModel, MLFLOW_FORMAT } from "../../../core/model/logged-models.ts";
import type { ModelVersion } from "../../../core/model/model-versions.ts";
import type { RunHandle } from "../../../core/model/runs.ts";
import type { Timestamp } from "../../../core/model/values.ts";
import type { BulkInsert } from "../connection.ts";
import type { SqlSession } from "../session.ts";

type SourcedVersion = Pick<ModelVersion, "id" | "modelName" | "creationTime" | "lastUpdateTime">;

/** Makes the source of a version an asset, under the name of the registered model: so clients look for it. */
export async function insertSourceAsset(session: SqlSession, version: SourcedVersion): Promise<void> {
  await session.run(
    `INSERT INTO assets (kind, version, is_source, name, state, model_format_name, creation_time, last_update_time)
     VALUES ('model', ?, 1, ?, 'LIVE', ?, ?, ?)`,
    [version.id, version.modelName, MLFLOW_FORMAT, version.creationTime, version.lastUpdateTime],
  );
}

/** The sources that have the name of their registered model keep to it. */
export async function renameSourceAssets(session: SqlSession, modelId: number, newName: string): Promise<void> {
  await session.run(
    `UPDATE assets SET name = ? WHERE is_source = 1 AND version IN (SELECT id FROM model_versions WHERE model = ?)
       AND name = (SELECT name FROM registered_models WHERE id = ?)`,
    [newName, modelId, modelId],
  );
}

/** Makes a logged model an asset of the run that it comes from. */
export async function insertLoggedModelAsset(
  session: SqlSession,
  id: number,
  model: Pick<LoggedModel, "name" | "sourceRunId" | "creationTime" | "lastUpdateTime"> & { format?: string },
): Promise<void> {
  await session.run(
    `INSERT INTO assets (kind, run, logged_model, name, model_format_name, creation_time, last_update_time)
     VALUES ('model', (SELECT id FROM runs WHERE run_id = ?), ?, ?, ?, ?, ?)`,
    [model.sourceRunId ?? null, id, model.name, model.format ?? null, model.creationTime, model.lastUpdateTime],
  );
}

/** Says that a logged model has changed. */
export async function touchLoggedModelAsset(session: SqlSession, modelId: string, time: Timestamp): Promise<void> {
  await session.run(
    "UPDATE assets SET last_update_time = ? WHERE logged_model = (SELECT id FROM logged_models WHERE model_id = ?)",
    [time, modelId],
  );
}

const DATASET_ASSETS: BulkInsert = {
  table: "assets",
  columns: {
    kind: "text",
    run: "integer",
    dataset: "integer",
    name: "text",
    state: "text",
    creation_time: "integer",
    last_update_time: "integer",
  },
  onConflict: "DO NOTHING",
};

/** Makes the datasets that a run has read assets of the run. */
export async function insertDatasetAssets(
  session: SqlSession,
  run: RunHandle,
  datasets: readonly { id: number; name: string }[],
  time: Timestamp,
  state: AssetState | undefined,
): Promise<void> {
  await session.insertAll(
    DATASET_ASSETS,
    datasets.map(({ id, name }) => ["dataset", run.rowId, id, name, state ?? null, time, time]),
  );
}
