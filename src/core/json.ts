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
