/** The number that is written, exact where it is an integer; undefined for other texts, more than 64 bits and what overflows. */
export function parseNumber(text: string): number | bigint | undefined {
  if (/^[-+]?\d+$/.test(text)) return parseInteger(text);
  const number = /^[-+]?(?:\d*\.\d+|\d+(?=[eE]))(?:[eE][-+]?\d+)?$/.test(text) ? Number(text) : Number.NaN;
  return Number.isFinite(number) ? number : undefined;
}

function parseInteger(text: string): number | bigint | undefined {
  const number = Number(text);
  if (Number.isSafeInteger(number)) return number;
  const integer = BigInt(text.replace("+", ""));
  return BigInt.asIntN(64, integer) === integer ? integer : undefined;
}
