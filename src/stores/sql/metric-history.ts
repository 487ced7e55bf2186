import { CoreError } from "../../core/errors.ts";
import { isInt64 } from "../../core/int64.ts";
import type { MetricPoint } from "../../core/model/runs.ts";
import type { Cursor, Int64, Page } from "../../core/model/values.ts";
import type { MetricReader } from "../../core/ports/metrics.ts";
import type { SqlValue } from "./connection.ts";
import type { SqlSession } from "./session.ts";

type Query = Parameters<MetricReader["getMetricHistory"]>[0];
type PointTuple = [timestamp: Int64, step: Int64, value: number, isNan: 0 | 1];

/** Points of one metric of one run, from behind a point on; one more than the limit, where there is one. */
interface Range {
  series: [runId: string, keyId: number];
  limit: number | undefined;
  after: PointTuple | undefined;
}

const IN_SERIES = "metric_points WHERE run = (SELECT id FROM runs WHERE run_id = ?) AND key = ?";
const BY_TIME = "timestamp, step, value, is_nan";
const BY_STEP = "step, timestamp, value, is_nan";

export async function getMetricHistory(session: SqlSession, query: Query): Promise<Page<MetricPoint>> {
  const { runId, key, limit } = query;
  const after = query.after && toPointTuple(query.after);
  const keyId = await session.keys.find(key);
  if (keyId === undefined) return { items: [] };
  const tuples = await readInOrderOfTime(session, { series: [runId, keyId], limit, after });
  const page = limit === undefined ? tuples : tuples.slice(0, limit);
  const next = page.length < tuples.length ? page.at(-1) : undefined;
  return {
    items: page.map(([timestamp, step, value, isNan]) => ({ key, value: isNan ? Number.NaN : value, timestamp, step })),
    ...(next && { next }),
  };
}

/**
 * Points lie in order of their steps, which nearly always is the order of time too: so they are read as they lie, for half of what it
 * costs to sort the series, and sorted only where that was wrong.
 */
async function readInOrderOfTime(session: SqlSession, range: Range): Promise<PointTuple[]> {
  const { limit, after } = range;
  const tuples = await read(session, range, BY_STEP);
  const end = limit === undefined ? undefined : tuples[limit];
  if (timeGrows(after ? [after, ...tuples] : tuples) && !(await hasStragglers(session, range, end))) return tuples;
  return read(session, range, BY_TIME);
}

function read(session: SqlSession, { series, limit, after }: Range, order: typeof BY_TIME | typeof BY_STEP) {
  const parameters: SqlValue[] = [...series];
  if (after) {
    const [timestamp, step, ...rest] = after;
    parameters.push(...(order === BY_TIME ? after : [step, timestamp, ...rest]));
  }
  if (limit !== undefined) parameters.push(limit + 1);
  return session.tuples<PointTuple>(
    `SELECT ${BY_TIME} FROM ${IN_SERIES} ${after ? `AND (${order}) > (?, ?, ?, ?)` : ""}
     ORDER BY ${order} ${limit === undefined ? "" : "LIMIT ?"}`,
    parameters,
  );
}

function timeGrows(tuples: readonly PointTuple[]): boolean {
  let latest: Int64 = -Infinity;
  for (const [timestamp] of tuples) {
    if (timestamp < latest) return false;
    latest = timestamp;
  }
  return true;
}

/** Whether a point of an earlier step is later than the page's start, or one of a later step earlier than its end. */
async function hasStragglers(session: SqlSession, { series, after }: Range, end: PointTuple | undefined) {
  const exists = async (condition: string, [timestamp, step]: PointTuple) => {
    const found = await session.first(`SELECT 1 FROM ${IN_SERIES} AND ${condition} LIMIT 1`, [
      ...series,
      step,
      timestamp,
    ]);
    return found !== undefined;
  };
  if (end && (await exists("step >= ? AND timestamp < ?", end))) return true;
  return after !== undefined && exists("step <= ? AND timestamp > ?", after);
}

/** A cursor comes from outside, in a page token. */
function toPointTuple(cursor: Cursor): PointTuple {
  const [timestamp, step, value, isNan] = cursor;
  const valid = isInt64(timestamp) && isInt64(step) && typeof value === "number" && (isNan === 0 || isNan === 1);
  if (cursor.length === 4 && valid) return [timestamp, step, value, isNan];
  throw new CoreError("invalidValue", {
    field: "page_token",
    reason: "Invalid page token. Send the next_page_token of the page before.",
  });
}
