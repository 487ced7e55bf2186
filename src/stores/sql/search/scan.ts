import { CoreError } from "../../../core/errors.ts";
import type { Cursor, CursorValue } from "../../../core/model/values.ts";
import type { SqlSession } from "../session.ts";
import { allOf, type Predicate, toSql } from "./predicates.ts";
import { joined, type Sql, sql, words } from "./sql.ts";
import { fitsTerms, isAfter, orderByTerms, selectTerms, type Term } from "./terms.ts";

/** Rows in the order of the terms. */
export interface Source {
  /** Tables, each behind the one that leads to it. */
  readonly from: Sql;
  readonly where: Predicate;
  /** The column of the store's own number of a row. */
  readonly id: string;
  readonly terms: readonly Term[];
  /** Goes through the rows of each value on its own and merges: an index that begins with the column gives the order then. */
  readonly eachOf?: { readonly column: string; readonly values: readonly (number | string)[] };
}

/** One way through some of the rows, in the order of its terms. */
export interface Scan extends Source {
  /** More rows, from elsewhere, whose terms are alike: merged with these. */
  readonly merged?: readonly Source[];
}

export interface IdPage {
  ids: number[];
  next?: Cursor;
}

type Row = [id: number, ...cursor: CursorValue[]];

/**
 * One page of the rows of several scans, one scan after the other; they have no row in common, and the terms of the first that
 * a cursor fits say which one it is of. Throws `invalidValue` for a cursor of none.
 */
export async function readPage(
  session: SqlSession,
  scans: readonly Scan[],
  { limit, after }: { limit: number; after?: Cursor },
): Promise<IdPage> {
  if (scans.length === 0) return { ids: [] };
  const first = after === undefined ? 0 : scans.findIndex((scan) => fitsTerms(scan.terms, after));
  if (first < 0) throw new CoreError("invalidValue", { field: "page_token", reason: "It is of another search" });
  let rows: Row[] = [];
  for (const [index, scan] of scans.slice(first).entries()) {
    // One more than asked for tells whether there is a next page.
    const wanted = limit + 1 - rows.length;
    rows = rows.concat(await readScan(session, scan, wanted, index === 0 ? after : undefined));
    if (rows.length > limit) break;
  }
  return toPage(rows, limit);
}

function toPage(rows: readonly Row[], limit: number): IdPage {
  const ids = rows.slice(0, limit).map(([id]) => id);
  const last = rows[limit - 1];
  if (last === undefined || rows.length <= limit) return { ids };
  const [, ...next] = last;
  return { ids, next };
}

async function readScan(session: SqlSession, scan: Scan, limit: number, after: Cursor | undefined): Promise<Row[]> {
  const parts = [scan, ...(scan.merged ?? [])].flatMap((source) => selects(source, after));
  if (parts.length === 0) return [];
  const { text, parameters } = sql`${joined(parts, " UNION ALL ")}
    ORDER BY ${words(orderByTerms(scan.terms, 2))} LIMIT ${limit}`;
  return session.tuples<Row>(text, parameters);
}

function selects(source: Source, after: Cursor | undefined): Sql[] {
  const where = allOf([source.where, after === undefined || isAfter(source.terms, after)]);
  const { eachOf } = source;
  if (where === false) return [];
  if (eachOf === undefined) return [select(source, where)];
  const column = words(eachOf.column);
  return eachOf.values.map((value) => select(source, allOf([sql`${column} = ${value}`, where])));
}

function select({ id, terms, from }: Source, where: Predicate): Sql {
  return sql`SELECT ${words(id)}, ${selectTerms(terms)} FROM ${from} WHERE ${toSql(where)}`;
}
