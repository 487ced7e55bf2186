import { CoreError } from "../../../core/errors.ts";
import type { OrderKey } from "../../../core/filter/filter.ts";
import type { RecordKind, RecordOf } from "../../../core/model/records.ts";
import type { Cursor, CursorValue, Page } from "../../../core/model/values.ts";
import type { RecordQuery } from "../../../core/ports/records.ts";
import type { SqlDialect } from "../dialects/dialect.ts";
import { compileFilter } from "../search/filters.ts";
import { checkQuerySize } from "../search/limits.ts";
import { ascending, indexOfFirst, termsOf, withTies } from "../search/orders.ts";
import { allOf, toSql } from "../search/predicates.ts";
import { joined, type Sql, sql, words } from "../search/sql.ts";
import { fitsTerms, isAfter, type Term } from "../search/terms.ts";
import type { SqlSession } from "../session.ts";
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
  const { text, parameters } = pageOf(session.dialect, RECORD_TABLES[kind], query);
  const records = await readRecords(session, kind, text, parameters);
  if (records.length <= query.limit) return { items: records };
  const items = records.slice(0, query.limit);
  return { items, next: cursorOf(query, items.at(-1)) };
}

/** Behind the columns: one record more than asked for, which tells whether there is a next page. */
function pageOf(dialect: SqlDialect, table: RecordTable, query: RecordQuery): Sql {
  const { filter, parentId, after } = query;
  const fields = new RecordFields(dialect, table);
  const keys = orderOf(query);
  const terms = termsOf(fields, keys);
  if (after !== undefined && !fitsTerms(terms, after)) {
    throw new CoreError("invalidValue", { field: "page_token", reason: "It is of another search" });
  }
  const parent = table.parent === undefined ? undefined : table.columns[table.parent];
  const index = parentId === undefined ? indexOfFirst(keys, table.indexes ?? {}) : undefined;
  const where = allOf([
    parent === undefined || parentId === undefined || sql`${words(parent.name)} = ${parentId}`,
    filter === undefined || compileFilter(fields, filter),
    after === undefined || isAfter(terms, after),
  ]);
  return sql`FROM ${words(`${table.table} r${index === undefined ? "" : dialect.indexedBy(index)}`)}
    WHERE ${toSql(where)} ORDER BY ${orderBy(terms)} LIMIT ${query.limit + 1}`;
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
