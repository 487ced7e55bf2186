import type { ListQuery } from "../filter/query.ts";
import type { HistoryPoint, MetricPoint, RunMetricPoint } from "../model/runs.ts";
import type { Cursor, Int64, Page } from "../model/values.ts";

/** Which part of a step axis: both ends included. */
export interface StepRange {
  start: Int64;
  end: Int64;
}

export interface MetricReader {
  /** Points of one metric of one run, by timestamp, step, value. Unknown run or metric: an empty page. */
  getMetricHistory(query: { runId: string; key: string; limit?: number; after?: Cursor }): Promise<Page<MetricPoint>>;
  /** Points of one metric of several runs, by run id, timestamp, step, value; at most `limit` in all. */
  getMetricHistoryBulk(query: { runIds: readonly string[]; key: string; limit: number }): Promise<RunMetricPoint[]>;
  /**
   * At most `limit` points of each run, evenly spread over its points in the order step, timestamp, value; the first and the
   * last are kept.
   */
  sampleMetricHistory(query: {
    runIds: readonly string[];
    key: string;
    limit: number;
    steps?: StepRange;
  }): Promise<RunMetricPoint[]>;
  /**
   * Points of all metrics of one run, by its number, or of all runs. Attributes: name, value, step, timestamp, runId (the number),
   * experimentId. Orders: id, which is by run, metric, step, timestamp and value, name and timestamp; ties: by id ascending. At most two
   * statements.
   */
  listMetricPoints(query: ListQuery & { runNumber?: number }): Promise<Page<HistoryPoint>>;
}
