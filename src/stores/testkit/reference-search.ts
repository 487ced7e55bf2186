import type { Condition, Field, Filter, OrderKey } from "../../core/filter/filter.ts";

type Value = string | number | bigint;

/** All values that an item has of a field: none where it is missing, several where any of them counts. NaN is a value. */
export type ValuesOf = (field: Field) => readonly Value[];

/** Whether an item matches: the meaning of filters in its plainest form, which every store is compared with. */
export function matches(filter: Filter | undefined, valuesOf: ValuesOf): boolean {
  if (filter === undefined) return true;
  switch (filter.kind) {
    case "and":
      return filter.operands.every((operand) => matches(operand, valuesOf));
    case "or":
      return filter.operands.some((operand) => matches(operand, valuesOf));
    case "not":
      return !matches(filter.operand, valuesOf);
    case "presence":
      return valuesOf(filter.field).length > 0 === filter.present;
    default:
      return valuesOf(filter.field).some((value) => holds(filter, value));
  }
}

/** Sorts items by the keys: missing values last, NaN before them, in either direction. */
export function compareItems(order: readonly OrderKey[], left: ValuesOf, right: ValuesOf): number {
  for (const { field, descending } of order) {
    const [a] = left(field);
    const [b] = right(field);
    if (rank(a) !== rank(b)) return rank(a) - rank(b);
    if (a === undefined || b === undefined || rank(a) > 0) continue;
    const result = compareValues(a, b);
    if (result !== 0) return descending ? -result : result;
  }
  return 0;
}

function rank(value: Value | undefined): number {
  if (value === undefined) return 2;
  return Number.isNaN(value) ? 1 : 0;
}

function holds(condition: Exclude<Condition, { kind: "presence" }>, value: Value): boolean {
  if (condition.kind === "in") {
    return condition.values.some((listed) => compareValues(value, listed) === 0) !== condition.negated;
  }
  const { operator } = condition;
  if (operator === "like" || operator === "ilike") {
    const [text, pattern] = [String(value), String(condition.value)];
    const { escapes } = condition;
    return operator === "like" ? like(text, pattern, escapes) : like(lowerAscii(text), lowerAscii(pattern), escapes);
  }
  if (Number.isNaN(value)) return operator === "!=";
  const result = compareValues(value, condition.value);
  switch (operator) {
    case "=":
      return result === 0;
    case "!=":
      return result !== 0;
    case "<":
      return result < 0;
    case "<=":
      return result <= 0;
    case ">":
      return result > 0;
    case ">=":
      return result >= 0;
  }
}

/** Text by code point, which is the order of its UTF-8 bytes. */
function compareValues(left: Value, right: Value): number {
  if (typeof left === "string" || typeof right === "string") {
    return Buffer.compare(Buffer.from(String(left)), Buffer.from(String(right)));
  }
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

function like(text: string, pattern: string, escapes = false): boolean {
  const source = (pattern.match(escapes ? /\\?./gsu : /./gsu) ?? []).map((part) => {
    if (part === "%") return "[^]*";
    if (part === "_") return "[^]";
    return RegExp.escape(escapes ? part.replace(/^\\/, "") : part);
  });
  return new RegExp(`^${source.join("")}$`, "u").test(text);
}

function lowerAscii(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}
