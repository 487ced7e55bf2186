import { type Asset, type AssetState, parseRunValueId } from "../../../core/model/assets.ts";
import type { LoggedModelStatus } from "../../../core/model/logged-models.ts";
import type { AssetChanges } from "../../../core/ports/assets.ts";
import { moveDatasetInput } from "../datasets.ts";
import { updateRow } from "../row-statements.ts";
import type { SqlSession } from "../session.ts";

/** Writes what changes of an asset to the record that it is a view of. */
export async function updateOrigin(
  session: SqlSession,
  asset: Pick<Asset, "id" | "origin" | "versionId">,
  changes: AssetChanges,
): Promise<void> {
  switch (asset.origin) {
    case "version source":
      return updateSource(session, asset.versionId ?? 0, changes);
    case "logged model":
      return updateLoggedModel(session, asset.id, changes);
    case "dataset input":
      return updateDatasetInput(session, asset.id, changes);
  }
}

async function updateSource(session: SqlSession, versionId: number, changes: AssetChanges): Promise<void> {
  const { uri, storageLocation } = changes;
  if (uri !== undefined) {
    await updateRow(session, "model_versions", versionId, { source: uri, storage_location: storageLocation ?? uri });
  }
}

/** What each state is as a logged model's status; the two that are missing are deleted ones. */
const STATUS_OF_STATE: Readonly<Partial<Record<AssetState, LoggedModelStatus>>> = {
  UNKNOWN: "UNSPECIFIED",
  PENDING: "PENDING",
  LIVE: "READY",
  REFERENCE: "READY",
  ABANDONED: "UPLOAD_FAILED",
};

async function updateLoggedModel(session: SqlSession, id: number, changes: AssetChanges): Promise<void> {
  const { state, lastUpdateTime } = changes;
  const row = await session.first<{ logged_model: number }>("SELECT logged_model FROM assets WHERE id = ?", [id]);
  if (row === undefined) return;
  const status = state && STATUS_OF_STATE[state];
  await updateRow(session, "logged_models", row.logged_model, {
    last_update_time: lastUpdateTime,
    ...(state && { status, lifecycle_stage: status === undefined ? "deleted" : "active" }),
  });
}

async function updateDatasetInput(session: SqlSession, id: number, changes: AssetChanges): Promise<void> {
  const { digest, sourceType, source, schema, profile } = changes;
  const row = await session.first<{ run: number; dataset: number }>("SELECT run, dataset FROM assets WHERE id = ?", [
    id,
  ]);
  if (row === undefined) return;
  const dataset = digest === undefined ? row.dataset : await moveDatasetInput(session, row.run, row.dataset, digest);
  await updateRow(session, "datasets", dataset, { source_type: sourceType, source, schema, profile });
}

/** Removes the record that an asset is a view of; a version loses its source alone. */
export async function deleteOrigin(session: SqlSession, asset: Asset): Promise<void> {
  if (parseRunValueId(asset.id)) return deleteRunValue(session, asset.id);
  switch (asset.origin) {
    case "version source":
      return updateRow(session, "model_versions", asset.versionId ?? 0, { source: null, storage_location: null });
    case "logged model":
      return deleteLoggedModel(session, asset.id);
    case "dataset input":
      await session.run(
        `DELETE FROM run_datasets WHERE (run, dataset) IN (SELECT run, dataset FROM assets WHERE id = ?)`,
        [asset.id],
      );
  }
}

/** With the asset itself, and with its links to runs. */
async function deleteLoggedModel(session: SqlSession, id: number): Promise<void> {
  const deleted = await session.first<{ model_id: string }>(
    "DELETE FROM logged_models WHERE id = (SELECT logged_model FROM assets WHERE id = ?) RETURNING model_id",
    [id],
  );
  await session.run("DELETE FROM run_models WHERE model_id = ?", [deleted?.model_id ?? ""]);
}

const TABLES_OF_VALUES = {
  metric: ["latest_metrics", "metric_points", "repeated_points"],
  parameter: ["run_params"],
};

async function deleteRunValue(session: SqlSession, id: number): Promise<void> {
  const value = parseRunValueId(id);
  if (value === undefined) return;
  for (const table of TABLES_OF_VALUES[value.kind]) {
    await session.run(`DELETE FROM ${table} WHERE run = ? AND key = ?`, [value.run, value.key]);
  }
  await session.run("DELETE FROM value_details WHERE asset = ?", [id]);
}
