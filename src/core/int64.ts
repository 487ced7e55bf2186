import type { Int64 } from "./model/values.ts";

/** Whether a value is a 64-bit integer that is exact as it stands. */
export function isInt64(value: unknown): value is Int64 {
  return typeof value === "bigint" ? BigInt.asIntN(64, value) === value : Number.isSafeInteger(value);
}

/** The integer that decimal digits say, with or without a minus; undefined for one of more than 64 bits. */
export function toInt64(digits: string): Int64 | undefined {
  const number = Number(digits);
  if (Number.isSafeInteger(number)) return number;
  const integer = BigInt(digits);
  return isInt64(integer) ? integer : undefined;
}
