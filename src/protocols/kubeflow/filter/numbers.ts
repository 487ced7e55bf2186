import { toInt64 } from "../../../core/int64.ts";

/** The number that is written, exact where it is an integer; undefined for other texts, more than 64 bits and what overflows. */
export function parseNumber(text: string): number | bigint | undefined {
  if (/^[-+]?\d+$/.test(text)) return toInt64(text.replace("+", ""));
  const number = /^[-+]?(?:\d*\.\d+|\d+(?=[eE]))(?:[eE][-+]?\d+)?$/.test(text) ? Number(text) : Number.NaN;
  return Number.isFinite(number) ? number : undefined;
}
