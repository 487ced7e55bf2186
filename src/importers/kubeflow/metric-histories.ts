import { found } from "../../core/errors.ts";
import type { MetricPoint } from "../../core/model/runs.ts";
import type { Int64 } from "../../core/model/values.ts";
import type { Writer } from "../../core/ports/metadata-store.ts";
import type { Copying } from "./copying.ts";
import { readTimes, readTimestamp, timestampLosses } from "./items.ts";
import type { KubeflowSource, SourceItem } from "./source.ts";

/** A run, by its id at the source and its number here, with its metrics as artifacts. */
export interface RunWithMetrics {
  sourceId: string;
  id: number;
  metrics: readonly SourceItem[];
}

/**
 * Copies every point of a run's metrics. The point that a metric has as its value comes last, and so is its value here too, also where the
 * history does not have it: of two points in one millisecond the Go server can lose one after it has taken its value.
 */
export async function copyMetricHistory(copying: Copying, source: KubeflowSource, run: RunWithMetrics): Promise<void> {
  const values = new Map(run.metrics.map((metric) => [metric.name, metric]));
  const isValue = (row: SourceItem) => isSamePoint(row, values.get(row.name)) && values.delete(row.name);
  await copyOlderPoints(copying, source, run, isValue);
  await copying.copyAll(
    "metric point",
    run.metrics.map((metric) => ({ ...metric, id: pointId(run, metric) })),
    async ({ item, writer }) => {
      await putPoints(writer, run, [item]);
      return { id: run.id };
    },
  );
}

/** A history only grows, in the order of its ids: it is enough to know how many of its points were copied before. */
async function copyOlderPoints(
  copying: Copying,
  source: KubeflowSource,
  run: RunWithMetrics,
  isValue: (row: SourceItem) => boolean,
): Promise<void> {
  const before = await copying.findCopies("metric point", [{ id: run.sourceId }]);
  const copied = before.get(run.sourceId)?.id ?? 0;
  let read = 0;
  for await (const rows of source.pages(`/experiment_runs/${run.sourceId}/metric_history`)) {
    const others = rows
      .map((row, index) => ({ row, isNew: read + index >= copied }))
      .filter(({ row }) => !isValue(row));
    const fresh = others.filter(({ isNew }) => isNew).map(({ row }) => row);
    read += rows.length;
    if (read > copied) await copyPage(copying, run, fresh, read);
    for (const row of fresh) copying.describe("metric point", row, { losses: timestampLosses(row) });
    copying.report.count("metric point", "found", others.length);
    copying.report.count("metric point", "copied", fresh.length);
    copying.report.count("metric point", "alreadyThere", others.length - fresh.length);
    copying.progressed("metric point");
  }
}

function copyPage(copying: Copying, run: RunWithMetrics, rows: readonly SourceItem[], read: number): Promise<void> {
  return copying.context.store.transact(async (writer) => {
    await putPoints(writer, run, rows);
    await copying.remember(writer, "metric point", run.sourceId, { id: read, creationTime: 0 });
  });
}

/** A metric was made when its first point came, which the metric knows better than the point. */
async function putPoints(writer: Writer, { id, metrics }: RunWithMetrics, rows: readonly SourceItem[]): Promise<void> {
  if (rows.length === 0) return;
  const number = { entity: "run", by: "id", value: String(id) } as const;
  let runId = "";
  const metricOf = new Map(metrics.map((metric) => [metric.name, metric]));
  for (const row of rows) {
    const { creationTime } = readTimes(metricOf.get(row.name) ?? row);
    const { key: name, ...point } = toPoint(row);
    const target = found(await writer.runValues.getRunValue(id, { kind: "metric", name }), number);
    await writer.runValues.logMetric(target, point, creationTime);
    runId = target.run.runId;
  }
  const event = { kind: "run.data-logged", runId, metrics: rows.length, params: 0, tags: 0 } as const;
  await writer.events.appendEvent(event, Date.now());
}

/** A number that JSON can't say is left out; a step that nobody gave is 0. */
function toPoint(row: SourceItem): MetricPoint {
  const { name, value, step } = row;
  return {
    key: String(name),
    value: typeof value === "number" || typeof value === "bigint" ? Number(value) : Number.NaN,
    step: typeof step === "number" || typeof step === "bigint" ? (step as Int64) : 0,
    timestamp: readTimestamp(row) ?? readTimes(row).creationTime,
  };
}

function isSamePoint(row: SourceItem, metric: SourceItem | undefined): boolean {
  return metric !== undefined && POINT_FIELDS.every((field) => row[field] === metric[field]);
}

const POINT_FIELDS = ["value", "step", "timestamp"] as const;

/** Of a value: another one of the same metric is another point. */
function pointId({ sourceId }: RunWithMetrics, metric: SourceItem): string {
  return [sourceId, metric.id, ...POINT_FIELDS.map((field) => metric[field])].join(" ");
}
