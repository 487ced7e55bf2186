import { invalidParameter } from "../errors.ts";

/** One word of a filter or order string. `text` is as written, for messages; `value` without quotes. */
export type Token =
  | { kind: "name"; text: string; value: string; segments: readonly string[] }
  | { kind: "string"; text: string; value: string }
  | { kind: "number"; text: string; value: number | bigint }
  | { kind: "comparator"; text: string }
  | { kind: "punctuation"; text: "(" | ")" | "," }
  | { kind: "end"; text: "" };

/** Longest filter string, in characters. */
const FILTER_LENGTH = 50_000;

const SEGMENT = String.raw`(?:[\p{L}\p{N}_]+|\x60[^\x60]+\x60|"[^"]*")`;

/** In order: the first that matches at a place wins. */
const PATTERNS: readonly [Token["kind"], RegExp][] = [
  ["string", /'(?:[^']|'')*'/uy],
  ["number", /[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?(?![\p{L}\p{N}_.])/uy],
  ["name", new RegExp(`${SEGMENT}(?:\\.${SEGMENT})*`, "uy")],
  ["comparator", /<=|>=|!=|<>|==|=|<|>/uy],
  ["punctuation", /[(),]/uy],
];

const SPACE = /\s*/uy;

/** Splits a filter string into its words; the last token is always `end`. */
export function tokenize(filter: string): Token[] {
  if (filter.length > FILTER_LENGTH) {
    throw invalidParameter(`The filter string has ${filter.length} characters; at most ${FILTER_LENGTH} are allowed.`);
  }
  const tokens: Token[] = [];
  for (let position = skipSpace(filter, 0); position < filter.length; ) {
    const token = tokenAt(filter, position);
    tokens.push(token);
    position = skipSpace(filter, position + token.text.length);
  }
  tokens.push({ kind: "end", text: "" });
  return tokens;
}

function skipSpace(filter: string, position: number): number {
  SPACE.lastIndex = position;
  SPACE.test(filter);
  return SPACE.lastIndex;
}

function tokenAt(filter: string, position: number): Token {
  for (const [kind, pattern] of PATTERNS) {
    pattern.lastIndex = position;
    const text = pattern.exec(filter)?.[0];
    if (text !== undefined) return makeToken(kind, text);
  }
  throw invalidClause(
    filter.slice(position),
    "Values need single or double quotes, keys with other characters backticks.",
  );
}

function makeToken(kind: Token["kind"], text: string): Token {
  switch (kind) {
    case "string":
      return { kind, text, value: text.slice(1, -1).replaceAll("''", "'") };
    case "number":
      return { kind, text, value: toNumber(text) };
    case "name": {
      const segments = (text.match(new RegExp(SEGMENT, "gu")) ?? []).map(unquoted);
      return { kind, text, value: unquoted(text), segments };
    }
    default:
      return { kind, text } as Token;
  }
}

/** An integer that a number cannot hold exactly stays exact. */
function toNumber(text: string): number | bigint {
  const number = Number(text);
  return /^[-+]?\d+$/.test(text) && !Number.isSafeInteger(number) ? BigInt(text.replace(/^\+/, "")) : number;
}

function unquoted(text: string): string {
  return /^(?:\x60[^\x60]*\x60|"[^"]*")$/.test(text) ? text.slice(1, -1) : text;
}

export function invalidClause(text: string, hint: string): Error {
  const shown = text.length > 100 ? `${text.slice(0, 100)}…` : text;
  return invalidParameter(`Invalid clause(s) in filter string: '${shown}'. ${hint}`);
}
