import type { RunMetricPoint } from "../../core/model/runs.ts";
import type { Int64 } from "../../core/model/values.ts";
import type { MetricReader } from "../../core/ports/metrics.ts";
import type { SqlValue } from "./connection.ts";
import type { SqlSession } from "./session.ts";

type Query = Parameters<MetricReader["sampleMetricHistory"]>[0];
type SampleTuple = [step: Int64, timestamp: Int64, value: number, isNan: 0 | 1];

/** The points of one metric of one run that a query is about, as a condition on `metric_points`. */
interface Series {
  runId: string;
  total: number;
  condition: string;
  parameters: SqlValue[];
}

/** Below this many points for each one wanted, reading them all is cheaper than skipping from one to the next. */
const DENSE = 16;

const ORDER = "ORDER BY step, timestamp, value, is_nan";
const COLUMNS = "step, timestamp, value, is_nan";

export async function sampleMetricHistory(session: SqlSession, query: Query): Promise<RunMetricPoint[]> {
  const series = await findSeries(session, query);
  const sample: RunMetricPoint[] = [];
  for (const runId of query.runIds) {
    const one = series.get(runId);
    if (one === undefined) continue;
    for (const [step, timestamp, value, isNan] of await sampleSeries(session, one, query.limit)) {
      sample.push({ key: query.key, value: isNan ? Number.NaN : value, timestamp, step, runId });
    }
  }
  return sample;
}

async function findSeries(session: SqlSession, { runIds, key, steps }: Query): Promise<Map<string, Series>> {
  const { inList, listParameter } = session.dialect;
  const keyId = await session.keys.find(key);
  if (keyId === undefined) return new Map();
  const inSteps = steps ? " AND step BETWEEN ? AND ?" : "";
  const bounds = steps ? [steps.start, steps.end] : [];
  // A subquery for each run: SQLite counts a range of the clustered table twice as fast as the rows of a join.
  const counts = await session.tuples<[runId: string, run: number, total: number]>(
    `SELECT run_id, id, (SELECT count(*) FROM metric_points WHERE run = runs.id AND key = ?${inSteps})
     FROM runs WHERE ${inList("run_id", "text")}`,
    [keyId, ...bounds, listParameter(runIds)],
  );
  return new Map(
    counts
      .filter(([, , total]) => total > 0)
      .map(([runId, run, total]) => [
        runId,
        { runId, total, condition: `run = ? AND key = ?${inSteps}`, parameters: [run, keyId, ...bounds] },
      ]),
  );
}

async function sampleSeries(session: SqlSession, series: Series, limit: number): Promise<SampleTuple[]> {
  const positions = samplePositions(series.total, limit);
  if (series.total > limit * DENSE) {
    return session.dialect.name === "sqlite" ? walk(session, series, positions) : pick(session, series, positions);
  }
  const all = await session.tuples<SampleTuple>(
    `SELECT ${COLUMNS} FROM metric_points WHERE ${series.condition} ${ORDER}`,
    series.parameters,
  );
  return positions.flatMap((position) => all.slice(position, position + 1));
}

/**
 * The first of each of `limit` groups as NTILE makes them (the first `total % limit` groups are one larger), but the very last point in
 * place of the last group's first.
 */
function samplePositions(total: number, limit: number): number[] {
  if (total <= limit) return Array.from({ length: total }, (_, position) => position);
  const size = Math.floor(total / limit);
  const larger = total % limit;
  const positions = Array.from({ length: limit }, (_, group) => group * size + Math.min(group, larger));
  positions[limit - 1] = total - 1;
  return positions;
}

/**
 * Goes from point to point inside SQLite. OFFSET is right here: it skips along one clustered range, from where the point before was, so
 * all the skips together read the range once, at a tenth of what it costs to bring its rows here or to number them.
 */
async function walk(session: SqlSession, series: Series, positions: readonly number[]): Promise<SampleTuple[]> {
  const range = `SELECT ${COLUMNS} FROM metric_points WHERE ${series.condition}`;
  const from = `${range} ${ORDER} LIMIT 1 OFFSET ?`;
  const behind = `${range} AND (${COLUMNS}) > (?, ?, ?, ?) ${ORDER} LIMIT 1 OFFSET ?`;
  const sample: SampleTuple[] = [];
  let reached = -1;
  for (const position of positions) {
    const last = sample.at(-1);
    const [next] = await session.tuples<SampleTuple>(last ? behind : from, [
      ...series.parameters,
      ...(last ?? []),
      position - reached - 1,
    ]);
    if (next === undefined) break;
    sample.push(next);
    reached = position;
  }
  return sample;
}

/** One statement, because each costs a round trip. */
async function pick(session: SqlSession, series: Series, positions: readonly number[]): Promise<SampleTuple[]> {
  const { inList, listParameter } = session.dialect;
  return session.tuples<SampleTuple>(
    `SELECT ${COLUMNS} FROM (
       SELECT ${COLUMNS}, row_number() OVER (${ORDER}) - 1 AS position FROM metric_points WHERE ${series.condition}
     ) AS numbered WHERE ${inList("position", "integer")} ${ORDER}`,
    [...series.parameters, listParameter(positions)],
  );
}
