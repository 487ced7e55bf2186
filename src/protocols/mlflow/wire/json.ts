import type { Int64 } from "../../../core/model/values.ts";

/** An integer of sixteen digits or more: one that a number may not hold exactly. The digits of a fraction are none. */
const LONG_INTEGER = /(?:^|[:,[\s])-?\d{16,}(?![\d.eE])/;

/** Parses JSON; integers beyond 2^53 become bigint, so that 64-bit steps and timestamps stay exact. */
export function parseJson(text: string): unknown {
  if (!LONG_INTEGER.test(text)) return JSON.parse(text);
  return JSON.parse(text, (_key, value: unknown, context?: { source?: string }) => {
    if (typeof value !== "number" || Number.isSafeInteger(value) || !Number.isInteger(value)) return value;
    return context?.source !== undefined && /^-?\d+$/.test(context.source) ? BigInt(context.source) : value;
  });
}

const STRING_OR_CONSTANT = /"(?:[^"\\]|\\.)*"|-?\b(?:NaN|Infinity)\b/g;

/** As `parseJson`; the bare NaN, Infinity and -Infinity that Python's `json.dumps` writes become strings. */
export function parsePythonJson(text: string): unknown {
  try {
    return parseJson(text);
  } catch (error) {
    const quoted = text.replace(STRING_OR_CONSTANT, (token) => (token.startsWith('"') ? token : `"${token}"`));
    if (quoted === text) throw error;
    return parseJson(quoted);
  }
}

/** Writes JSON; a bigint comes out as a plain integer. */
export function toJson(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch {
    return JSON.stringify(value, (_key, item: unknown) => (typeof item === "bigint" ? rawInteger(item) : item));
  }
}

function rawInteger(value: bigint): unknown {
  return (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON(value.toString());
}

/** A double as protobuf's JSON writes it: NaN as text, everything else as a number. */
export function toWireDouble(value: number): number | string {
  return Number.isNaN(value) ? "NaN" : value;
}

export function isInt64(value: Int64): boolean {
  return typeof value === "bigint" ? BigInt.asIntN(64, value) === value : Number.isSafeInteger(value);
}
