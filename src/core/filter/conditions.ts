import type { Condition, Filter } from "./filter.ts";

/** The condition that an attribute has a value. */
export function equals(attribute: string, value: string | number): Condition {
  return { kind: "comparison", field: { kind: "attribute", name: attribute }, operator: "=", value };
}

/** What holds where all of the given filters do; undefined where none is given. */
export function allOf(filters: readonly (Filter | undefined)[]): Filter | undefined {
  const operands = filters.filter((filter) => filter !== undefined);
  return operands.length > 1 ? { kind: "and", operands } : operands[0];
}
