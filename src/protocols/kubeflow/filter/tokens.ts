import type { ComparisonOperator } from "../../../core/filter/filter.ts";
import { excerpt, InvalidFilterQuery } from "./invalid-filter-query.ts";
import { parseNumber } from "./numbers.ts";

/** One word of a filter query. `position` is its offset, `text` what is written there. */
export type Token = { text: string; position: number } & (
  | { kind: "name"; value: string; escaped: boolean }
  | { kind: "string"; value: string }
  | { kind: "integer" | "float"; value: number | bigint }
  | { kind: "operator"; value: ComparisonOperator }
  | { kind: "punctuation" | "end" }
);

/** Longest filter query, in characters. */
const LONGEST_QUERY = 50_000;

const SKIPPED = /(?:\s+|--[^\r\n]*)*/y;

/** In order: the first that matches at a place wins. Names with other characters stand in backticks. */
const PATTERNS: readonly [Exclude<Token["kind"], "end">, RegExp][] = [
  ["name", /[A-Za-z_][A-Za-z0-9_]*|`(?:[^`\\]|\\.)*`/sy],
  ["float", /[-+]?\d*\.\d+(?:[eE][-+]?\d+)?|[-+]?\d+[eE][-+]?\d+/y],
  ["integer", /[-+]?\d+/y],
  ["string", /'(?:[^'\\]|\\.|'')*'|"(?:[^"\\]|\\.|"")*"/sy],
  ["operator", />=|<=|!=|<>|=|>|</y],
  ["punctuation", /[().,]/y],
];

/** Splits a filter query into its words; the last token is always `end`. Throws InvalidFilterQuery. */
export function tokenize(query: string): Token[] {
  checkText(query);
  const tokens: Token[] = [];
  for (let position = skip(query, 0); position < query.length; ) {
    const token = tokenAt(query, position);
    tokens.push(token);
    position = skip(query, position + token.text.length);
  }
  tokens.push({ kind: "end", text: "", position: query.length });
  return tokens;
}

function checkText(query: string): void {
  if (query.length > LONGEST_QUERY) {
    throw new InvalidFilterQuery(`it has ${query.length} characters; write at most ${LONGEST_QUERY}`);
  }
  if (query.includes("\0")) throw new InvalidFilterQuery("remove the NUL character", query.indexOf("\0"));
  if (!query.isWellFormed()) throw new InvalidFilterQuery("it is not valid Unicode; send it as UTF-8");
}

function skip(query: string, position: number): number {
  SKIPPED.lastIndex = position;
  SKIPPED.test(query);
  return SKIPPED.lastIndex;
}

function tokenAt(query: string, position: number): Token {
  for (const [kind, pattern] of PATTERNS) {
    pattern.lastIndex = position;
    const text = pattern.exec(query)?.[0];
    if (text !== undefined) return makeToken(kind, text, position);
  }
  throw unknownCharacter(query, position);
}

function makeToken(kind: Exclude<Token["kind"], "end">, text: string, position: number): Token {
  switch (kind) {
    case "name": {
      const escaped = text.startsWith("`");
      return { kind, text, position, escaped, value: escaped ? unescaped(text, "`.") : text };
    }
    case "string":
      return { kind, text, position, value: unescaped(text, "'\"") };
    case "integer":
    case "float":
      return { kind, text, position, value: toNumber(text, position) };
    case "operator":
      return { kind, text, position, value: (text === "<>" ? "!=" : text) as ComparisonOperator };
    case "punctuation":
      return { kind, text, position };
  }
}

/** Without its quotes. A backslash stands before a quote or itself; before anything else it is a backslash. Quotes may be doubled. */
function unescaped(text: string, escapable: string): string {
  const quote = text[0] ?? "";
  const content = text.slice(1, -1);
  return content.replace(/\\(.)|(['"])\2/gs, (pair, character: string | undefined, doubled: string | undefined) => {
    if (doubled !== undefined) return doubled === quote ? doubled : pair;
    return character === "\\" || escapable.includes(character ?? "") ? `${character}` : pair;
  });
}

function toNumber(text: string, position: number): number | bigint {
  const number = parseNumber(text);
  if (number !== undefined) return number;
  throw new InvalidFilterQuery(`${excerpt(text)} is out of range; write 64-bit integers and doubles`, position);
}

function unknownCharacter(query: string, position: number): InvalidFilterQuery {
  const character = String.fromCodePoint(query.codePointAt(position) ?? 0);
  if ("'\"`".includes(character)) {
    return new InvalidFilterQuery(
      `the text that begins with ${character} has no end; close it with ${character}`,
      position,
    );
  }
  const advice = "write names with other characters than letters, digits and _ in backticks, and texts in quotes";
  return new InvalidFilterQuery(`unexpected ${JSON.stringify(character)}; ${advice}`, position);
}
