import { CoreError } from "../../../core/errors.ts";
import type { OrderKey } from "../../../core/filter/filter.ts";
import type { RecordKind, RecordOf } from "../../../core/model/records.ts";
import type { Cursor, CursorValue, Page } from "../../../core/model/values.ts";
import type { RecordQuery } from "../../../core/ports/records.ts";
import type { SqlDialect } from "../dialects/dialect.ts";
import { compileFilter } from "../search/filters.ts";
import { checkQuerySize } from "../search/limits.ts";
import { ascending, indexOfFirst, termsOf, withTies } from "../search/orders.ts";
import { chooseCandidates } from "../search/plan.ts";
import { allOf, toSql } from "../search/predicates.ts";
import { joined, type Sql, sql, words } from "../search/sql.ts";
import { fitsTerms, isAfter, type Term } from "../search/terms.ts";
import type { SqlSession } from "../session.ts";
import { recordCandidates } from "./record-candidates.ts";
import { RecordFields } from "./record-fields.ts";
import { readRecords } from "./record-rows.ts";
import { RECORD_TABLES, type RecordTable } from "./tables.ts";

/** Rows come whole from the one statement that finds them: an order is of columns, so the last record says where the next page begins. */
export async function listRecords<Kind extends RecordKind>(
  session: SqlSession,
  kind: Kind,
  query: RecordQuery,
): Promise<Page<RecordOf[Kind]>> {
  checkQuerySize(query);
  const table = RECORD_TABLES[kind];
  const { text, parameters } = pageOf(session.dialect, table, query, await fewMatches(session, table, query));
  const records = await readRecords(session, kind, text, parameters);
  if (records.length <= query.limit) return { items: records };
  const items = records.slice(0, query.limit);
  return { items, next: cursorOf(query, items.at(-1)) };
}

/** Few records that hold every match of the filter, where an index knows such. */
function fewMatches(session: SqlSession, table: RecordTable, query: RecordQuery): Promise<Sql | undefined> {
  const { filter, parentId, limit } = query;
  const candidates = filter && recordCandidates({ dialect: session.dialect, table, parentId }, filter);
  const canWalk = parentId === undefined && indexOfOrder(table, query) !== undefined;
  return chooseCandidates(session, { canWalk, candidates, table: table.table, limit });
}

/** Behind the columns: one record more than asked for, which tells whether there is a next page. */
function pageOf(dialect: SqlDialect, table: RecordTable, query: RecordQuery, candidates: Sql | undefined): Sql {
  const { filter, parentId, after } = query;
  const fields = new RecordFields(dialect, table);
  const keys = orderOf(query);
  const terms = termsOf(fields, keys);
  if (after !== undefined && !fitsTerms(terms, after)) {
    throw new CoreError("invalidValue", { field: "page_token", reason: "It is of another search" });
  }
  const parent = table.parent === undefined ? undefined : table.columns[table.parent];
  const where = allOf([
    candidates === undefined || words("r.id = c.id"),
    parent === undefined || parentId === undefined || sql`${words(parent.name)} = ${parentId}`,
    filter === undefined || compileFilter(fields, filter),
    after === undefined || isAfter(terms, after),
  ]);
  const from = candidates
    ? sql`(${candidates}) AS c CROSS JOIN ${words(table.table)} r`
    : words(`${table.table} r${indexedBy(dialect, table, query)}`);
  return sql`FROM ${from}
    WHERE ${toSql(where)} ORDER BY ${orderBy(terms)} LIMIT ${query.limit + 1}`;
}

/** The index that gives the order: of numbers, the table itself. */
function indexOfOrder({ indexes }: RecordTable, query: RecordQuery): string | undefined {
  return indexOfFirst(orderOf(query), { ...indexes, id: "" });
}

/** The records of one parent are read along its own index. */
function indexedBy(dialect: SqlDialect, table: RecordTable, query: RecordQuery): string {
  const index = query.parentId === undefined && indexOfOrder(table, query);
  return index ? dialect.indexedBy(index) : "";
}

function orderOf({ order }: RecordQuery): OrderKey[] {
  return withTies(order, [ascending("id")]) as OrderKey[];
}

function orderBy(terms: readonly Term[]): Sql {
  return joined(
    terms.map(({ expression, descending }) => sql`${expression} ${words(descending ? "DESC" : "ASC")}`),
    ", ",
  );
}

function cursorOf(query: RecordQuery, last: object | undefined): Cursor {
  const values = last as Readonly<Record<string, CursorValue>>;
  return orderOf(query).map(({ field }) => ("name" in field ? (values[field.name] ?? null) : null));
}
