import type { HistoryPoint, MetricPoint, RunMetricPoint } from "../../core/model/runs.ts";
import type { Int64, Page } from "../../core/model/values.ts";
import type { MetricReader } from "../../core/ports/metrics.ts";
import { getMetricHistory } from "./metric-history.ts";
import { sampleMetricHistory } from "./metric-sample.ts";
import { listMetricPoints } from "./search/metric-points.ts";
import type { SqlSession } from "./session.ts";

type RunPointTuple = [runId: string, value: number, timestamp: Int64, step: Int64, isNan: 0 | 1];

export class SqlMetricReader implements MetricReader {
  protected readonly session: SqlSession;

  constructor(session: SqlSession) {
    this.session = session;
  }

  getMetricHistory(query: Parameters<MetricReader["getMetricHistory"]>[0]): Promise<Page<MetricPoint>> {
    return getMetricHistory(this.session, query);
  }

  async getMetricHistoryBulk(query: Parameters<MetricReader["getMetricHistoryBulk"]>[0]): Promise<RunMetricPoint[]> {
    const { inList, listParameter } = this.session.dialect;
    const id = await this.session.keys.find(query.key);
    if (id === undefined) return [];
    const tuples = await this.session.tuples<RunPointTuple>(
      `SELECT runs.run_id, value, timestamp, step, is_nan
       FROM runs JOIN metric_points ON metric_points.run = runs.id
       WHERE ${inList("runs.run_id", "text")} AND key = ?
       ORDER BY runs.run_id, timestamp, step, value, is_nan LIMIT ?`,
      [listParameter(query.runIds), id, query.limit],
    );
    return tuples.map(([runId, value, timestamp, step, isNan]) => ({
      key: query.key,
      value: isNan ? Number.NaN : value,
      timestamp,
      step,
      runId,
    }));
  }

  sampleMetricHistory(query: Parameters<MetricReader["sampleMetricHistory"]>[0]): Promise<RunMetricPoint[]> {
    return sampleMetricHistory(this.session, query);
  }

  listMetricPoints(query: Parameters<MetricReader["listMetricPoints"]>[0]): Promise<Page<HistoryPoint>> {
    return listMetricPoints(this.session, query);
  }
}
