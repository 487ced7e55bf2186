const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });

const SIMPLE_ESCAPES: Record<string, string> = {
  n: "\n",
  r: "\r",
  t: "\t",
  a: "\x07",
  b: "\b",
  f: "\f",
  v: "\v",
  "\n": "",
};

/** Names are ASCII as a rule, for which this is several times as quick as a decoder. */
export function decodeText(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) {
    if (byte >= 0x80) return utf8.decode(bytes);
    text += String.fromCharCode(byte);
  }
  return text;
}

/** The argument of STRING: a quoted text with Python's escapes. Undefined where it is none. */
export function decodeQuoted(line: string): string | undefined {
  const text = line.trim();
  const quote = text[0];
  if (text.length < 2 || (quote !== "'" && quote !== '"') || !text.endsWith(quote)) return undefined;
  return text.slice(1, -1).replace(/\\(x[0-9a-fA-F]{2}|[0-7]{1,3}|[\s\S])/g, (_, code: string) => unescaped(code));
}

function unescaped(code: string): string {
  if (code.length === 3 && code.startsWith("x")) return String.fromCharCode(Number.parseInt(code.slice(1), 16));
  if (/^[0-7]/.test(code)) return String.fromCharCode(Number.parseInt(code, 8) & 0xff);
  return SIMPLE_ESCAPES[code] ?? (/^[\\'"]$/.test(code) ? code : `\\${code}`);
}

/** The argument of UNICODE: \uXXXX and \UXXXXXXXX stand for characters, nothing else does. */
export function decodeRawUnicode(line: string): string {
  return line.replace(/\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8}))/g, (whole, short?: string, long?: string) => {
    const point = Number.parseInt(short ?? long ?? "", 16);
    return point <= 0x10ffff ? String.fromCodePoint(point) : whole;
  });
}
