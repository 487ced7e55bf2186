import { parseJson } from "../../../core/json.ts";

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

/** A double as protobuf's JSON writes it: NaN as text, everything else as a number. */
export function toWireDouble(value: number): number | string {
  return Number.isNaN(value) ? "NaN" : value;
}
