import type { LoggedModel, LoggedModelMetric, LoggedModelStatus } from "../../../core/model/logged-models.ts";
import type { LoggedModelMetricRow, LoggedModelRow, LoggedModelValueRow } from "../schema.ts";
import type { SqlSession } from "../session.ts";

/** A row of `logged_models` as a SELECT gives it. */
export type StoredLoggedModelRow = Omit<LoggedModelRow, "id"> & { id: number };

/** Completes rows with their params, tags and metrics, in three statements for all of them; keeps their order. */
export async function completeLoggedModels(
  session: SqlSession,
  rows: readonly StoredLoggedModelRow[],
): Promise<LoggedModel[]> {
  if (rows.length === 0) return [];
  const paramsOf = await loadValues(session, "logged_model_params", rows);
  const tagsOf = await loadValues(session, "logged_model_tags", rows);
  const metricsOf = await loadMetrics(session, rows);
  return rows.map((row) => ({
    modelId: row.model_id,
    experimentId: row.experiment,
    name: row.name,
    artifactLocation: row.artifact_location,
    creationTime: row.creation_time,
    lastUpdateTime: row.last_update_time,
    status: row.status as LoggedModelStatus,
    ...(row.status_message !== null && { statusMessage: row.status_message }),
    ...(row.model_type !== null && { modelType: row.model_type }),
    ...(row.source_run_id !== null && { sourceRunId: row.source_run_id }),
    params: (paramsOf.get(row.id) ?? []).map(({ key, value }) => ({ key, value })),
    tags: (tagsOf.get(row.id) ?? []).map(({ key, value }) => ({ key, value })),
    metrics: (metricsOf.get(row.id) ?? []).map(toMetric),
  }));
}

async function loadValues(
  session: SqlSession,
  table: "logged_model_params" | "logged_model_tags",
  rows: readonly StoredLoggedModelRow[],
): Promise<Map<number, LoggedModelValueRow[]>> {
  const { inList, listParameter } = session.dialect;
  const values = await session.all<LoggedModelValueRow>(
    `SELECT model, key, value FROM ${table} WHERE ${inList("model", "integer")} ORDER BY model, key`,
    [listParameter(rows.map((row) => row.id))],
  );
  return Map.groupBy(values, (value) => value.model);
}

async function loadMetrics(
  session: SqlSession,
  rows: readonly StoredLoggedModelRow[],
): Promise<Map<number, LoggedModelMetricRow[]>> {
  const { inList, listParameter } = session.dialect;
  const metrics = await session.all<LoggedModelMetricRow>(
    `SELECT model, key, timestamp, step, run_id, value, dataset_name, dataset_digest FROM logged_model_metrics
     WHERE ${inList("model", "integer")} ORDER BY model, key, timestamp, step, run_id`,
    [listParameter(rows.map((row) => row.id))],
  );
  return Map.groupBy(metrics, (metric) => metric.model);
}

function toMetric(row: LoggedModelMetricRow): LoggedModelMetric {
  return {
    key: row.key,
    value: row.value ?? Number.NaN,
    timestamp: row.timestamp,
    step: row.step,
    runId: row.run_id,
    ...(row.dataset_name !== null && { datasetName: row.dataset_name }),
    ...(row.dataset_digest !== null && { datasetDigest: row.dataset_digest }),
  };
}
