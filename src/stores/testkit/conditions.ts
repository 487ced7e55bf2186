import type { ComparisonOperator, Condition, Field, Filter, OrderKey } from "../../core/filter/filter.ts";
import type { PropertyType } from "../../core/model/properties.ts";

/** Short words to write filters and orders by hand. */
export const attribute = (name: string): Field => ({ kind: "attribute", name });
export const metric = (key: string): Field => ({ kind: "metric", key });
export const param = (key: string): Field => ({ kind: "param", key });
export const tag = (key: string): Field => ({ kind: "tag", key });
export const property = (key: string, ...types: PropertyType[]): Field => ({ kind: "property", key, types });
export const dataset = (name: "name" | "digest" | "context"): Field => ({ kind: "dataset", name });

export function is(field: Field, operator: ComparisonOperator, value: string | number | bigint): Condition {
  return { kind: "comparison", field, operator, value };
}

export function isIn(field: Field, ...values: readonly (string | number)[]): Condition {
  return { kind: "in", field, negated: false, values };
}

export function isNotIn(field: Field, ...values: readonly (string | number)[]): Condition {
  return { kind: "in", field, negated: true, values };
}

export const isPresent = (field: Field): Condition => ({ kind: "presence", field, present: true });
export const isMissing = (field: Field): Condition => ({ kind: "presence", field, present: false });
export const and = (...operands: Filter[]): Filter => ({ kind: "and", operands });
export const or = (...operands: Filter[]): Filter => ({ kind: "or", operands });
export const not = (operand: Filter): Filter => ({ kind: "not", operand });
export const ascending = (field: Field): OrderKey => ({ field, descending: false });
export const descending = (field: Field): OrderKey => ({ field, descending: true });
