import type { ComparisonOperator } from "../../../core/filter/filter.ts";
import { type Column, columnSql, isPresent } from "./column.ts";
import type { Predicate } from "./predicates.ts";
import { sql, words } from "./sql.ts";

export type NumberOperator = Exclude<ComparisonOperator, "like" | "ilike">;

const LOWEST = -(2n ** 63n);
const HIGHEST = 2n ** 63n - 1n;

/** Compares a column of integers with any number: databases disagree on fractions and on what is out of range. */
export function compareInteger(column: Column, operator: NumberOperator, value: number | bigint): Predicate {
  const bound = toBound(operator, value);
  if (bound === undefined) return operator === "!=" && isPresent(column);
  if (bound < LOWEST) return [">", ">=", "!="].includes(operator) && isPresent(column);
  if (bound > HIGHEST) return ["<", "<=", "!="].includes(operator) && isPresent(column);
  return sql`${columnSql(column)} ${words(operator === "!=" ? "<>" : operator)} ${toInt64(bound)}`;
}

export function isInt64(value: unknown): value is number | bigint {
  if (typeof value === "number") return Number.isInteger(value) && isInt64(BigInt(value));
  return typeof value === "bigint" && value >= LOWEST && value <= HIGHEST;
}

/** The integer that compares with every integer as `value` does; undefined where none does. */
function toBound(operator: NumberOperator, value: number | bigint): bigint | undefined {
  if (typeof value === "bigint") return value;
  if (Number.isNaN(value)) return undefined;
  if (!Number.isFinite(value)) return value > 0 ? HIGHEST + 1n : LOWEST - 1n;
  if (Number.isInteger(value)) return BigInt(value);
  switch (operator) {
    case "<":
    case ">=":
      return BigInt(Math.ceil(value));
    case ">":
    case "<=":
      return BigInt(Math.floor(value));
    default:
      return undefined;
  }
}

function toInt64(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}
