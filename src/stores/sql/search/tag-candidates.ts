import type { Condition } from "../../../core/filter/filter.ts";
import type { SqlDialect } from "../dialects/dialect.ts";
import { type Candidates, rowsOf } from "./candidates.ts";
import { rangeOfAll } from "./comparisons.ts";
import { allOf } from "./predicates.ts";
import { sql } from "./sql.ts";

/** A table of (owner, key, value), and its index of (key, value, owner). */
interface TagTable {
  table: string;
  index: string;
  owner: string;
}

/** Owners of a tag, and where the index can tell, of its value. */
export function tagCandidates(
  dialect: SqlDialect,
  { table, index, owner }: TagTable,
  key: string,
  conditions: readonly Condition[],
): Candidates {
  const range = rangeOfAll(dialect, { name: "x.value", type: "text", nullable: false }, conditions);
  return rowsOf(`x.${owner}`, `${table} x${dialect.indexedBy(index)}`, allOf([sql`x.key = ${key}`, range]));
}
