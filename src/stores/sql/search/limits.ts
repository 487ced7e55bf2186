import { CoreError } from "../../../core/errors.ts";
import type { Condition, Filter } from "../../../core/filter/filter.ts";

/** What a statement can hold; SQLite has the lower limits: 1,000 levels, 1,000,000 bytes of text, patterns of 50,000 bytes. */
const MAXIMUM_CONDITIONS = 1000;
const MAXIMUM_DEPTH = 200;
const MAXIMUM_PATTERN_BYTES = 50_000;
const MAXIMUM_ORDER_KEYS = 100;

/** Throws `invalidValue` for a filter or an order that is too large for a statement. */
export function checkQuerySize({ filter, order }: { filter?: Filter; order: readonly unknown[] }): void {
  if (order.length > MAXIMUM_ORDER_KEYS) {
    throw new CoreError("invalidValue", { field: "order_by", reason: `Send at most ${MAXIMUM_ORDER_KEYS} keys` });
  }
  if (filter && countConditions(filter, 1) > MAXIMUM_CONDITIONS) {
    throw tooLarge(`Send at most ${MAXIMUM_CONDITIONS} conditions`);
  }
}

function countConditions(filter: Filter, depth: number): number {
  if (depth > MAXIMUM_DEPTH) throw tooLarge(`Nest at most ${MAXIMUM_DEPTH} levels`);
  switch (filter.kind) {
    case "and":
    case "or":
      return filter.operands.reduce((count, operand) => count + countConditions(operand, depth + 1), 0);
    case "not":
      return countConditions(filter.operand, depth + 1);
    default:
      checkPattern(filter);
      return 1;
  }
}

function checkPattern(condition: Condition): void {
  if (condition.kind !== "comparison" || (condition.operator !== "like" && condition.operator !== "ilike")) return;
  if (Buffer.byteLength(String(condition.value)) <= MAXIMUM_PATTERN_BYTES) return;
  throw tooLarge(`Send patterns of at most ${MAXIMUM_PATTERN_BYTES} bytes`);
}

function tooLarge(reason: string): CoreError {
  return new CoreError("invalidValue", { field: "filter", reason });
}
