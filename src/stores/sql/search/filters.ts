import type { Condition, Filter } from "../../../core/filter/filter.ts";
import { isPresent } from "./column.ts";
import { compare, type ValueCondition } from "./comparisons.ts";
import { anyRow, type FieldAccess, type Fields } from "./field-access.ts";
import { allOf, anyOf, not, type Predicate } from "./predicates.ts";

/** The filter as a condition on a row; `not` holds wherever its operand does not, missing values included. */
export function compileFilter(fields: Fields, filter: Filter): Predicate {
  switch (filter.kind) {
    case "and":
      return allOf(likelyToFailFirst(filter.operands).map((operand) => compileFilter(fields, operand)));
    case "or":
      return anyOf(filter.operands.map((operand) => compileFilter(fields, operand)));
    case "not":
      return not(compileFilter(fields, filter.operand));
    default:
      return compileCondition(fields, filter);
  }
}

/** A database without statistics tests conditions in the order in which they stand. */
function likelyToFailFirst(operands: readonly Filter[]): Filter[] {
  return operands.toSorted((left, right) => likelihood(left) - likelihood(right));
}

function likelihood(filter: Filter): number {
  if (filter.kind === "in") return filter.negated ? 3 : 0;
  if (filter.kind !== "comparison") return 3;
  switch (filter.operator) {
    case "=":
      return 0;
    case "like":
    case "ilike":
      return 1;
    case "!=":
      return 3;
    default:
      return 2;
  }
}

/** The conditions that every match fulfils. */
export function requiredConditions(filter: Filter | undefined): readonly Condition[] {
  if (filter === undefined) return [];
  switch (filter.kind) {
    case "or":
    case "not":
      return [];
    case "and":
      return filter.operands.flatMap(requiredConditions);
    default:
      return [filter];
  }
}

function compileCondition(fields: Fields, condition: Condition): Predicate {
  const access = fields.find(condition.field);
  if (condition.kind === "presence") {
    const present = isFound(access);
    return condition.present ? present : not(present);
  }
  return holds(fields, access, condition);
}

function isFound(access: FieldAccess): Predicate {
  switch (access.kind) {
    case "column":
      return isPresent(access.column);
    case "rows":
      return anyRow(access.rows, true);
    case "nowhere":
      return false;
  }
}

function holds({ dialect }: Fields, access: FieldAccess, condition: ValueCondition): Predicate {
  switch (access.kind) {
    case "column":
      return compare(dialect, access.column, condition);
    case "rows":
      return anyRow(access.rows, compare(dialect, access.column, condition));
    case "nowhere":
      return false;
  }
}
