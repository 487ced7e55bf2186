import type { Condition } from "../../../core/filter/filter.ts";
import type { SqlDialect } from "../dialects/dialect.ts";
import { type Candidates, rowsOf } from "./candidates.ts";
import { rangeOfAll } from "./comparisons.ts";
import { allOf, type Predicate } from "./predicates.ts";
import { type Sql, sql } from "./sql.ts";

/** A table of (owner, key, value), and its index of (key, value, owner). */
interface TagTable {
  table: string;
  index: string;
  owner: string;
}

/** Owners of a tag, and where the index can tell, of its value; `scope` is what the index begins with before the key. */
export function tagCandidates(
  dialect: SqlDialect,
  { table, index, owner }: TagTable,
  key: string | Sql,
  conditions: readonly Condition[],
  scope: Predicate = true,
): Candidates {
  const range = rangeOfAll(dialect, { name: "x.value", type: "text", nullable: false }, conditions);
  return rowsOf(`x.${owner}`, `${table} x${dialect.indexedBy(index)}`, allOf([scope, sql`x.key = ${key}`, range]));
}
