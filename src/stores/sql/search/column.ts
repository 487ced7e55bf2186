import type { Predicate } from "./predicates.ts";
import { type Sql, sql, words } from "./sql.ts";

/** A column that conditions and orders look at. The NULL of a `metric` is NaN; any other NULL is a missing value. */
export interface Column {
  /** With its table: `r.start_time`. */
  readonly name: string;
  readonly type: "text" | "integer" | "real" | "metric";
  readonly nullable: boolean;
}

/** The column as a piece of a statement. */
export function columnSql({ name }: Column): Sql {
  return words(name);
}

/** NaN is present. */
export function isPresent(column: Column): Predicate {
  return column.type === "metric" || !column.nullable || sql`${columnSql(column)} IS NOT NULL`;
}
