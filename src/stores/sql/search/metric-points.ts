import { CoreError } from "../../../core/errors.ts";
import type { Field, Filter } from "../../../core/filter/filter.ts";
import type { HistoryPoint } from "../../../core/model/runs.ts";
import type { Cursor, CursorValue, Int64, Page } from "../../../core/model/values.ts";
import type { MetricReader } from "../../../core/ports/metrics.ts";
import type { SqlDialect } from "../dialects/dialect.ts";
import type { SqlSession } from "../session.ts";
import type { Column } from "./column.ts";
import { attributeColumn, type FieldAccess, type Fields } from "./field-access.ts";
import { compileFilter, requiredConditions } from "./filters.ts";
import { checkQuerySize } from "./limits.ts";
import { ascending, columnTerm, withTies } from "./orders.ts";
import { allOf, toSql } from "./predicates.ts";
import { type Sql, sql, words } from "./sql.ts";
import { fitsTerms, fixedTerm, isAfter, orderByTerms, selectTerms, type Term } from "./terms.ts";

type Query = Parameters<MetricReader["listMetricPoints"]>[0];

const integer = (name: string): Column => ({ name, type: "integer", nullable: false });

/** What every list goes by in the end: points lie in this order. */
const IDENTITY = {
  run: integer("r.id"),
  key: integer("p.key"),
  step: integer("p.step"),
  timestamp: integer("p.timestamp"),
  value: { name: "p.value", type: "real", nullable: false },
  isNan: integer("p.is_nan"),
} as const satisfies Record<string, Column>;

const ATTRIBUTES: Readonly<Record<string, Column>> = {
  name: { name: "k.name", type: "text", nullable: false },
  value: { name: "CASE p.is_nan WHEN 1 THEN NULL ELSE p.value END", type: "metric", nullable: false },
  step: IDENTITY.step,
  timestamp: IDENTITY.timestamp,
  creationTime: IDENTITY.timestamp,
  lastUpdateTime: IDENTITY.timestamp,
  runId: IDENTITY.run,
  experimentId: integer("r.experiment"),
};

/** Run by run, and within each along the key: SQLite takes the tables of a CROSS JOIN in this order. */
const TABLES = `runs r CROSS JOIN metric_points p CROSS JOIN keys k
  LEFT JOIN repeated_points x ON x.run = p.run AND x.key = p.key AND x.step = p.step AND x.timestamp = p.timestamp
    AND x.value = p.value AND x.is_nan = p.is_nan`;

const POINT = "r.id, r.experiment, k.name, p.step, p.timestamp, p.value, p.is_nan, coalesce(x.repeats, 0)";
const POINT_COLUMNS = 8;

type Tuple = [
  runNumber: number,
  experimentId: number,
  name: string,
  step: Int64,
  timestamp: Int64,
  value: number,
  isNan: 0 | 1,
  repeats: number,
  ...terms: CursorValue[],
];

/**
 * A cursor is the values of the terms of the last row, and how many of the next row's points came before: a page can end between points
 * that are equal.
 */
export async function listMetricPoints(session: SqlSession, query: Query): Promise<Page<HistoryPoint>> {
  checkQuerySize(query);
  const name = nameIn(query.filter);
  const key = name === undefined ? undefined : await session.keys.find(name);
  if (name !== undefined && key === undefined) return { items: [] };
  const terms = termsOf(query, key);
  const { text, parameters } = pageOf(session.dialect, query, key, terms);
  const tuples = await session.tuples<Tuple>(text, parameters);
  return toPage(tuples, query, terms);
}

/** The one metric that the filter asks for. */
function nameIn(filter: Filter | undefined): string | undefined {
  for (const condition of requiredConditions(filter)) {
    const { field } = condition;
    if (condition.kind !== "comparison" || condition.operator !== "=") continue;
    if (field.kind === "attribute" && field.name === "name") return String(condition.value);
  }
  return undefined;
}

/** What all rows have in common is fixed, so that the index is entered by what follows it. */
function termsOf({ order, runNumber }: Query, key: number | undefined): Term[] {
  return withTies(order, [ascending("id")]).flatMap(({ field, descending }) => {
    if (field.kind !== "attribute" || field.name !== "id") return [columnTerm(columnOf(field), descending)];
    const { run, key: keyColumn, ...rest } = IDENTITY;
    return [
      runNumber === undefined ? columnTerm(run, descending) : fixedTerm(runNumber),
      key === undefined ? columnTerm(keyColumn, descending) : fixedTerm(key),
      ...Object.values(rest).map((column) => columnTerm(column, descending)),
    ];
  });
}

function columnOf(field: Field): Column {
  const access = attributeColumn(ATTRIBUTES, field.kind === "attribute" ? field.name : field.kind);
  if (access.kind !== "column") throw new Error("An attribute of points is no column");
  return access.column;
}

function pageOf(dialect: SqlDialect, query: Query, key: number | undefined, terms: readonly Term[]): Sql {
  const { filter, runNumber, limit, after } = query;
  const where = allOf([
    sql`p.run = r.id AND k.id = p.key`,
    runNumber === undefined || sql`r.id = ${runNumber}`,
    key === undefined || sql`p.key = ${key}`,
    filter === undefined || compileFilter(new PointFields(dialect), filter),
    after === undefined || isAfter(terms, checkedCursor(terms, after)),
  ]);
  return sql`SELECT ${words(POINT)}, ${selectTerms(terms)} FROM ${words(TABLES)} WHERE ${toSql(where)}
    ORDER BY ${words(orderByTerms(terms, POINT_COLUMNS + 1))} LIMIT ${limit + 1}`;
}

/** The values of the terms in a cursor, which comes from outside. */
function checkedCursor(terms: readonly Term[], after: Cursor): Cursor {
  const values = after.slice(0, -1);
  if (fitsTerms(terms, values) && Number.isSafeInteger(after.at(-1))) return values;
  throw new CoreError("invalidValue", { field: "page_token", reason: "It is of another search" });
}

function toPage(tuples: readonly Tuple[], { limit, after }: Query, terms: readonly Term[]): Page<HistoryPoint> {
  const items: HistoryPoint[] = [];
  let next: Cursor | undefined;
  let repeat = Number(after?.at(-1) ?? 0);
  for (const tuple of tuples) {
    const repeats = tuple[7];
    for (; repeat <= repeats; repeat++) {
      if (items.length === limit) return { items, ...(next && { next }) };
      items.push(toPoint(tuple, repeat));
      next = cursorBehind(tuple, repeat, terms);
    }
    repeat = 0;
  }
  return { items };
}

function toPoint([runNumber, experimentId, key, step, timestamp, value, isNan]: Tuple, repeat: number): HistoryPoint {
  return { key, value: isNan ? Number.NaN : value, timestamp, step, runNumber, experimentId, repeat };
}

/** The next page begins at the same row where that has more points: the last term, which is 0 or 1, is put before it then. */
function cursorBehind(tuple: Tuple, repeat: number, terms: readonly Term[]): Cursor {
  const values = tuple.slice(POINT_COLUMNS) as CursorValue[];
  if (repeat === tuple[7]) return [...values, 0];
  const isNan = Number(values.pop());
  return [...values, terms.at(-1)?.descending ? isNan + 1 : isNan - 1, repeat + 1];
}

class PointFields implements Fields {
  readonly dialect: SqlDialect;

  constructor(dialect: SqlDialect) {
    this.dialect = dialect;
  }

  find(field: Field): FieldAccess {
    // Points have no properties.
    if (field.kind === "property") return { kind: "nowhere", type: "text" };
    return { kind: "column", column: columnOf(field) };
  }
}
