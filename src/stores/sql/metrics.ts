import { CoreError } from "../../core/errors.ts";
import type { MetricPoint, RunMetricPoint } from "../../core/model/runs.ts";
import type { Cursor, CursorValue, Int64, Page } from "../../core/model/values.ts";
import type { MetricReader } from "../../core/ports/metrics.ts";
import { sampleMetricHistory } from "./metric-sample.ts";
import type { SqlSession } from "./session.ts";

type PointTuple = [value: number, timestamp: Int64, step: Int64, isNan: 0 | 1];

export class SqlMetricReader implements MetricReader {
  protected readonly session: SqlSession;

  constructor(session: SqlSession) {
    this.session = session;
  }

  async getMetricHistory(query: Parameters<MetricReader["getMetricHistory"]>[0]): Promise<Page<MetricPoint>> {
    const { runId, key, limit, after } = query;
    if (after && !isPointCursor(after))
      throw new CoreError("invalidValue", { field: "page_token", reason: INVALID_CURSOR });
    const id = await this.session.keys.find(key);
    if (id === undefined) return { items: [] };
    const tuples = await this.session.tuples<PointTuple>(
      `SELECT value, timestamp, step, is_nan FROM metric_points
       WHERE run = (SELECT id FROM runs WHERE run_id = ?) AND key = ?
         ${after ? "AND (timestamp, step, value, is_nan) > (?, ?, ?, ?)" : ""}
       ORDER BY timestamp, step, value, is_nan ${limit === undefined ? "" : "LIMIT ?"}`,
      [runId, id, ...(after ?? []), ...(limit === undefined ? [] : [limit + 1])],
    );
    const page = limit === undefined ? tuples : tuples.slice(0, limit);
    const next = page.length < tuples.length ? toCursor(page.at(-1)) : undefined;
    return {
      items: page.map(([value, timestamp, step, isNan]) => ({
        key,
        value: isNan ? Number.NaN : value,
        timestamp,
        step,
      })),
      ...(next && { next }),
    };
  }

  async getMetricHistoryBulk(query: Parameters<MetricReader["getMetricHistoryBulk"]>[0]): Promise<RunMetricPoint[]> {
    const { inList, listParameter } = this.session.dialect;
    const id = await this.session.keys.find(query.key);
    if (id === undefined) return [];
    const tuples = await this.session.tuples<[runId: string, ...PointTuple]>(
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
}

const INVALID_CURSOR = "Invalid page token. Send the next_page_token of the page before.";

/** A cursor comes from outside: from a page token. */
function isPointCursor(cursor: Cursor): boolean {
  const [timestamp, step, value, isNan] = cursor;
  return cursor.length === 4 && isInt64(timestamp) && isInt64(step) && typeof value === "number" && isInt64(isNan);
}

function isInt64(value: CursorValue | undefined): boolean {
  return typeof value === "bigint" ? BigInt.asIntN(64, value) === value : Number.isSafeInteger(value);
}

function toCursor(tuple: PointTuple | undefined): Cursor | undefined {
  if (tuple === undefined) return undefined;
  const [value, timestamp, step, isNan] = tuple;
  return [timestamp, step, value, isNan];
}
