import type { DdlWords } from "../migrations/migration.ts";

/** Everything in which SQLite and PostgreSQL differ for the stores of `stores/sql`. */
export interface SqlDialect {
  readonly name: "sqlite" | "postgres";
  readonly ddl: DdlWords;
  /**
   * A condition `<column> IN (…)` over a list of any length in one statement text: `list` is a single parameter, made by
   * `listParameter`.
   */
  readonly inList: (column: string, type: "integer" | "real" | "text") => string;
  /** Behind FROM: a row with the column `value` for each number of such a list. */
  readonly rowsOfList: (alias: string) => string;
  listParameter(values: readonly (string | number | bigint)[]): string;
  /** `left LIKE right` that minds case, and the one that does not. `_` and `%` are wildcards; nothing escapes them by default. */
  like(left: string, right: string, escapeCharacter?: "\\"): string;
  ilike(left: string, right: string, escapeCharacter?: "\\"): string;
  /** A text that others are compared with by its bytes, even where they are no column and so have no collation of their own. */
  byBytes(text: string): string;
  /** Behind a table's name: has it read through this index alone. Empty where the database chooses by its own statistics. */
  indexedBy(index: string): string;
  /**
   * A query that has the database assign numbers of a table above the one in its single parameter from then on; undefined where it
   * does so by itself.
   */
  assignIdsAbove(table: string): string | undefined;
}
