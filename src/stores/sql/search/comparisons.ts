import type { ComparisonOperator, Condition } from "../../../core/filter/filter.ts";
import type { SqlDialect } from "../dialects/dialect.ts";
import { type Column, columnSql, isPresent } from "./column.ts";
import { compareInteger, isInt64, type NumberOperator } from "./integers.ts";
import { likeRange } from "./like-range.ts";
import { allOf, anyOf, not, type Predicate } from "./predicates.ts";
import { sql, words } from "./sql.ts";

type Value = string | number | bigint;
export type ValueCondition = Exclude<Condition, { kind: "presence" }>;

/** Whether the value of a column is as the condition wants it. A missing value never is. */
export function compare(dialect: SqlDialect, column: Column, condition: ValueCondition): Predicate {
  if (condition.kind === "comparison") return compareValue(dialect, column, condition.operator, condition.value);
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
      return isInLikeRange(column, String(condition.value));
    default:
      return compare(dialect, column, condition);
  }
}

function compareValue(dialect: SqlDialect, column: Column, operator: ComparisonOperator, value: Value): Predicate {
  switch (column.type) {
    case "text":
      return compareText(dialect, column, operator, String(value));
    case "integer":
      return compareInteger(column, ofNumbers(operator), typeof value === "string" ? Number(value) : value);
    case "metric":
      return compareMetric(column, ofNumbers(operator), Number(value));
  }
}

function compareText(dialect: SqlDialect, column: Column, operator: ComparisonOperator, value: string): Predicate {
  switch (operator) {
    case "like":
      return allOf([isInLikeRange(column, value), { text: dialect.like(column.name, "?"), parameters: [value] }]);
    case "ilike":
      return { text: dialect.ilike(column.name, "?"), parameters: [value] };
    default:
      return sql`${columnSql(column)} ${words(operator)} ${value}`;
  }
}

function isInLikeRange(column: Column, pattern: string): Predicate {
  const range = likeRange(pattern);
  if (range === undefined) return true;
  const { from, before } = range;
  return allOf([sql`${columnSql(column)} >= ${from}`, before === undefined || sql`${columnSql(column)} < ${before}`]);
}

function compareMetric(column: Column, operator: NumberOperator, value: number): Predicate {
  const name = columnSql(column);
  if (operator === "!=") return Number.isNaN(value) || sql`(${name} <> ${value} OR ${name} IS NULL)`;
  return !Number.isNaN(value) && sql`${name} ${words(operator)} ${value}`;
}

function isListed(dialect: SqlDialect, column: Column, values: readonly Value[]): Predicate {
  if (column.type === "metric") return anyOf(values.map((value) => compareMetric(column, "=", Number(value))));
  const list = column.type === "text" ? values.map(String) : values.filter(isInt64);
  if (list.length === 0) return false;
  return { text: dialect.inList(column.name, column.type), parameters: [dialect.listParameter(list)] };
}

/** Patterns match text alone: filter languages refuse them on numbers before a filter comes here. */
function ofNumbers(operator: ComparisonOperator): NumberOperator {
  if (operator === "like" || operator === "ilike") throw new Error(`Numbers have no operator ${operator}`);
  return operator;
}
