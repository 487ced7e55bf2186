import type { Cursor, CursorValue } from "../../../core/model/values.ts";
import { isInt64 } from "./integers.ts";
import { allOf, anyOf, type Predicate } from "./predicates.ts";
import { joined, type Sql, sql, words } from "./sql.ts";

/**
 * One value that rows are ordered by; missing ones come last in either direction. The terms of an order tell any two rows apart, so
 * the values of a page's last row say where the next page begins, whatever is added in between.
 */
export interface Term {
  readonly expression: Sql;
  readonly type: "text" | "integer" | "real";
  readonly descending: boolean;
  readonly nullable: boolean;
  /** The value that all rows of the scan have here; undefined where they differ. */
  readonly fixed?: number | null;
}

/** A term that has the same value in all rows. */
export function fixedTerm(value: number | null): Term {
  return {
    expression: words(value === null ? "NULL" : String(value)),
    type: "integer",
    descending: false,
    nullable: value === null,
    fixed: value,
  };
}

/** The columns behind SELECT, in the order of the terms. */
export function selectTerms(terms: readonly Term[]): Sql {
  return joined(
    terms.map((term) => term.expression),
    ", ",
  );
}

/** What stands behind ORDER BY where the first term is column number `first`. */
export function orderByTerms(terms: readonly Term[], first: number): string {
  return terms
    .map(
      ({ descending, nullable }, index) =>
        `${first + index}${descending ? " DESC" : ""}${nullable ? " NULLS LAST" : ""}`,
    )
    .filter((_, index) => terms[index]?.fixed === undefined)
    .join(", ");
}

/** Whether a row with these values can be one of the rows that the terms order. */
export function fitsTerms(terms: readonly Term[], cursor: Cursor): boolean {
  return terms.length === cursor.length && terms.every((term, index) => fitsTerm(term, cursor[index]));
}

/** Holds for the rows behind the cursor. */
export function isAfter(terms: readonly Term[], cursor: Cursor): Predicate {
  const [term, ...rest] = terms;
  const [value, ...restOfCursor] = cursor;
  if (term === undefined || value === undefined) return false;
  const later = isAfter(rest, restOfCursor);
  const { expression } = term;
  if (term.fixed !== undefined) return later;
  if (value === null) return allOf([sql`${expression} IS NULL`, later]);
  const [beyond, from] = term.descending ? [words("<"), words("<=")] : [words(">"), words(">=")];
  const behind = anyOf([sql`${expression} ${beyond} ${value}`, allOf([sql`${expression} = ${value}`, later])]);
  // The bound on its own is what an index can be entered by.
  return term.nullable
    ? anyOf([behind, sql`${expression} IS NULL`])
    : allOf([sql`${expression} ${from} ${value}`, behind]);
}

function fitsTerm({ fixed, nullable, type }: Term, value: CursorValue | undefined): boolean {
  if (fixed !== undefined) return value === fixed;
  if (value === null) return nullable;
  switch (type) {
    case "text":
      return typeof value === "string";
    case "integer":
      return isInt64(value);
    case "real":
      return typeof value === "number" && !Number.isNaN(value);
  }
}
