import { joined, type Sql, sql, words } from "./sql.ts";

/** A condition on a row, or a constant where the answer is known before any row is read. NULL counts as not true. */
export type Predicate = Sql | boolean;

export function allOf(predicates: readonly Predicate[]): Predicate {
  if (predicates.includes(false)) return false;
  return balanced(predicates.filter(isOpen), " AND ") ?? true;
}

export function anyOf(predicates: readonly Predicate[]): Predicate {
  if (predicates.includes(true)) return true;
  return balanced(predicates.filter(isOpen), " OR ") ?? false;
}

export function not(predicate: Predicate): Predicate {
  return typeof predicate === "boolean" ? !predicate : sql`(${predicate}) IS NOT TRUE`;
}

/** The predicate as it stands behind WHERE or AND. */
export function toSql(predicate: Predicate): Sql {
  return typeof predicate === "boolean" ? words(predicate ? "TRUE" : "FALSE") : predicate;
}

function isOpen(predicate: Predicate): predicate is Sql {
  return typeof predicate !== "boolean";
}

/** Joined as a tree of little depth: SQLite refuses expressions that nest more than 1,000 deep, and `a AND b AND c` nests. */
function balanced(parts: readonly Sql[], operator: string): Sql | undefined {
  if (parts.length <= 1) return parts[0];
  const middle = Math.ceil(parts.length / 2);
  const halves = [balanced(parts.slice(0, middle), operator), balanced(parts.slice(middle), operator)];
  return sql`(${joined(
    halves.filter((half) => half !== undefined),
    operator,
  )})`;
}
