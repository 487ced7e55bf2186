import type { HistoryPoint, MetricPoint, RunMetricPoint } from "../model/runs.ts";
import type { Page } from "../model/values.ts";
import type { MetricReader } from "../ports/metrics.ts";
import type { OperationContext } from "./context.ts";
import { requireRecord } from "./records.ts";

/** Points of one metric of one run, by timestamp, step, value. A run or metric that does not exist has no points. */
export function getMetricHistory(
  context: OperationContext,
  query: Parameters<MetricReader["getMetricHistory"]>[0],
): Promise<Page<MetricPoint>> {
  return context.store.read(({ metrics }) => metrics.getMetricHistory(query));
}

/** Points of one metric of several runs, by run id, timestamp, step, value; at most `limit` in all. */
export function getMetricHistoryBulk(
  context: OperationContext,
  query: Parameters<MetricReader["getMetricHistoryBulk"]>[0],
): Promise<RunMetricPoint[]> {
  return context.store.read(({ metrics }) => metrics.getMetricHistoryBulk(query));
}

/** At most `limit` points of each run, evenly spread over its steps. */
export function getMetricHistoryBulkInterval(
  context: OperationContext,
  query: Parameters<MetricReader["sampleMetricHistory"]>[0],
): Promise<RunMetricPoint[]> {
  return context.store.read(({ metrics }) => metrics.sampleMetricHistory(query));
}

/** Every point of the metrics of one run, or of all runs, whatever state they are in. Throws `notFound` for the run. */
export function listMetricPoints(
  context: OperationContext,
  query: Parameters<MetricReader["listMetricPoints"]>[0],
): Promise<Page<HistoryPoint>> {
  return context.store.read(async ({ records, metrics }) => {
    if (query.runNumber !== undefined) await requireRecord(records, "run", query.runNumber);
    return metrics.listMetricPoints(query);
  });
}
