import type { MetricPoint, ModelMetric, RunHandle } from "../../core/model/runs.ts";
import type { BulkInsert, SqlValue } from "./connection.ts";
import type { SqlSession } from "./session.ts";

const POINTS: BulkInsert = {
  table: "metric_points",
  columns: {
    run: "integer",
    key: "integer",
    step: "integer",
    timestamp: "integer",
    value: "real",
    is_nan: "integer",
  },
  onConflict: "DO NOTHING",
};

/** The greatest (step, timestamp, value) stays; NaN counts as 0. */
const LATEST: BulkInsert = {
  table: "latest_metrics",
  columns: {
    run: "integer",
    key: "integer",
    experiment: "integer",
    step: "integer",
    timestamp: "integer",
    value: "real",
  },
  onConflict: `(run, key) DO UPDATE SET step = excluded.step, timestamp = excluded.timestamp, value = excluded.value
    WHERE (excluded.step, excluded.timestamp, coalesce(excluded.value, 0))
      > (latest_metrics.step, latest_metrics.timestamp, coalesce(latest_metrics.value, 0))`,
};

/** Two statements for any number of points. */
export async function logMetrics(session: SqlSession, run: RunHandle, points: readonly MetricPoint[]): Promise<void> {
  if (points.length === 0) return;
  const ids = await session.keys.intern(points.map(({ key }) => key));
  const id = (key: string) => ids.get(key) ?? null;
  await session.insertAll(
    POINTS,
    points.map(({ key, step, timestamp, value }) => [
      run.rowId,
      id(key),
      step,
      timestamp,
      Number.isNaN(value) ? 0 : value,
      Number.isNaN(value) ? 1 : 0,
    ]),
  );
  await session.insertAll(
    LATEST,
    latestOfEachKey(points).map(({ key, step, timestamp, value }) => [
      run.rowId,
      id(key),
      run.experimentId,
      step,
      timestamp,
      Number.isNaN(value) ? null : value,
    ]),
  );
}

const REPEATED_POINTS: BulkInsert = {
  table: "repeated_points",
  columns: { ...POINTS.columns, repeats: "integer" },
  onConflict: "(run, key, step, timestamp, value, is_nan) DO UPDATE SET repeats = repeated_points.repeats + 1",
};

/** Adds one point; where it is there already, counts it once more. */
export async function insertPoint(
  session: SqlSession,
  run: number,
  key: number,
  { step, timestamp, value }: Omit<MetricPoint, "key">,
): Promise<void> {
  const row = Number.isNaN(value) ? [run, key, step, timestamp, 0, 1] : [run, key, step, timestamp, value, 0];
  if ((await session.insertAll(POINTS, [row])) === 0) await session.insertAll(REPEATED_POINTS, [[...row, 1]]);
}

function latestOfEachKey(points: readonly MetricPoint[]): MetricPoint[] {
  const latest = new Map<string, MetricPoint>();
  for (const point of points) {
    const other = latest.get(point.key);
    if (other === undefined || isLater(point, other)) latest.set(point.key, point);
  }
  return [...latest.values()];
}

function isLater(a: MetricPoint, b: MetricPoint): boolean {
  if (a.step !== b.step) return a.step > b.step;
  if (a.timestamp !== b.timestamp) return a.timestamp > b.timestamp;
  return (a.value || 0) > (b.value || 0);
}

const MODEL_METRICS: BulkInsert = {
  table: "logged_model_metrics",
  columns: {
    model: "integer",
    key: "text",
    timestamp: "integer",
    step: "integer",
    run_id: "text",
    value: "real",
    dataset_name: "text",
    dataset_digest: "text",
  },
  onConflict: `(model, key, timestamp, step, run_id) DO UPDATE
    SET value = excluded.value, dataset_name = excluded.dataset_name, dataset_digest = excluded.dataset_digest`,
};

/** Two statements for any number of points. Returns the ids of models that are not there; their points are left out. */
export async function logModelMetrics(
  session: SqlSession,
  run: RunHandle,
  points: readonly ModelMetric[],
): Promise<string[]> {
  const { inList, listParameter } = session.dialect;
  const wanted = [...new Set(points.map(({ modelId }) => modelId))];
  const models = await session.all<{ id: number; model_id: string }>(
    `SELECT id, model_id FROM logged_models WHERE ${inList("model_id", "text")} AND lifecycle_stage = 'active'`,
    [listParameter(wanted)],
  );
  const ids = new Map(models.map((row) => [row.model_id, row.id]));
  const rows = new Map<string, SqlValue[]>();
  for (const { modelId, key, timestamp, step, value, datasetName, datasetDigest } of points) {
    const id = ids.get(modelId);
    if (id === undefined) continue;
    rows.set(`${id} ${timestamp} ${step} ${key}`, [
      id,
      key,
      timestamp,
      step,
      run.runId,
      Number.isNaN(value) ? null : value,
      datasetName ?? null,
      datasetDigest ?? null,
    ]);
  }
  await session.insertAll(MODEL_METRICS, [...rows.values()]);
  return wanted.filter((modelId) => !ids.has(modelId));
}
