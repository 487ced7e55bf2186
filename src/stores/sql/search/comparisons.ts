import type { ComparisonOperator, Condition } from "../../../core/filter/filter.ts";
import type { SqlDialect } from "../dialects/dialect.ts";
import { type Column, columnSql, isPresent } from "./column.ts";
import { compareInteger, isInt64, type NumberOperator } from "./integers.ts";
import { likeRange } from "./like-range.ts";
import { allOf, not, type Predicate } from "./predicates.ts";
import { sql, words } from "./sql.ts";

type Value = string | number | bigint;
type Comparison = Extract<Condition, { kind: "comparison" }>;
export type ValueCondition = Exclude<Condition, { kind: "presence" }>;

/** Whether the value of a column is as the condition wants it. A missing value never is. */
export function compare(dialect: SqlDialect, column: Column, condition: ValueCondition): Predicate {
  if (condition.kind === "comparison") return compareValue(dialect, column, condition);
  const listed = isListed(dialect, column, condition.values);
  return condition.negated ? allOf([isPresent(column), not(listed)]) : listed;
}

/** The part of the conditions that an index on the column can be entered by; `true` where there is none. */
export function rangeOfAll(dialect: SqlDialect, column: Column, conditions: readonly Condition[]): Predicate {
  return allOf(conditions.map((condition) => condition.kind === "presence" || rangeOf(dialect, column, condition)));
}

function rangeOf(dialect: SqlDialect, column: Column, condition: ValueCondition): Predicate {
  if (condition.kind === "in") return condition.negated || compare(dialect, column, condition);
  switch (condition.operator) {
    case "!=":
    case "ilike":
      return true;
    case "like":
      return isInLikeRange(dialect, column, condition);
    default:
      return compare(dialect, column, condition);
  }
}

function compareValue(dialect: SqlDialect, column: Column, comparison: Comparison): Predicate {
  const { operator, value } = comparison;
  switch (column.type) {
    case "text":
      return compareText(dialect, column, comparison);
    case "integer":
      return compareInteger(column, ofNumbers(operator), typeof value === "string" ? Number(value) : value);
    case "real":
      return sql`${columnSql(column)} ${words(ofNumbers(operator))} ${Number(value)}`;
    case "metric":
      return compareMetric(column, ofNumbers(operator), Number(value));
  }
}

function compareText(dialect: SqlDialect, column: Column, comparison: Comparison): Predicate {
  const { operator, escapes } = comparison;
  const value = String(comparison.value);
  const escapeCharacter = escapes ? "\\" : undefined;
  switch (operator) {
    case "like": {
      const text = dialect.like(column.name, "?", escapeCharacter);
      return allOf([isInLikeRange(dialect, column, comparison), { text, parameters: [value] }]);
    }
    case "ilike":
      return { text: dialect.ilike(column.name, "?", escapeCharacter), parameters: [value] };
    default:
      return compareBytes(dialect, column, operator, value);
  }
}

function compareBytes(dialect: SqlDialect, column: Column, operator: string, value: string): Predicate {
  return { text: `${column.name} ${operator} ${dialect.byBytes("?")}`, parameters: [value] };
}

function isInLikeRange(dialect: SqlDialect, column: Column, { value, escapes }: Comparison): Predicate {
  const range = likeRange(String(value), escapes);
  if (range === undefined) return true;
  const { from, before } = range;
  return allOf([
    compareBytes(dialect, column, ">=", from),
    before === undefined || compareBytes(dialect, column, "<", before),
  ]);
}

function compareMetric(column: Column, operator: NumberOperator, value: number): Predicate {
  const name = columnSql(column);
  if (operator === "!=") return Number.isNaN(value) || sql`(${name} <> ${value} OR ${name} IS NULL)`;
  return !Number.isNaN(value) && sql`${name} ${words(operator)} ${value}`;
}

function isListed(dialect: SqlDialect, column: Column, values: readonly Value[]): Predicate {
  const type = column.type === "metric" ? "real" : column.type;
  const list = listFor(type, values);
  if (list.length === 0) return false;
  return { text: dialect.inList(column.name, type), parameters: [dialect.listParameter(list)] };
}

function listFor(type: "text" | "integer" | "real", values: readonly Value[]): readonly Value[] {
  switch (type) {
    case "text":
      return values.map(String);
    case "integer":
      return values.filter(isInt64);
    case "real":
      return values.map(Number).filter((value) => !Number.isNaN(value));
  }
}

/** Patterns match text alone: filter languages refuse them on numbers before a filter comes here. */
function ofNumbers(operator: ComparisonOperator): NumberOperator {
  if (operator === "like" || operator === "ilike") throw new Error(`Numbers have no operator ${operator}`);
  return operator;
}
