/** The strings from `from` on, up to `before` where there is an end. */
export interface TextRange {
  from: string;
  before?: string;
}

const HIGHEST = 0x10ffff;

/** The range that holds everything a LIKE pattern can match: what starts with the text before its first wildcard. */
export function likeRange(pattern: string, escapes = false): TextRange | undefined {
  const prefix = escapes ? escapedPrefix(pattern) : (pattern.split(/[%_]/, 1)[0] ?? "");
  if (prefix === "") return undefined;
  const before = successor(prefix);
  return before === undefined ? { from: prefix } : { from: prefix, before };
}

function escapedPrefix(pattern: string): string {
  return (/^(?:[^%_\\]|\\.)*/su.exec(pattern)?.[0] ?? "").replace(/\\(.)/gsu, "$1");
}

/** The first string behind all those that start with `prefix`, in the order of code points. */
function successor(prefix: string): string | undefined {
  const points = Array.from(prefix, (character) => character.codePointAt(0) ?? 0);
  while (points.at(-1) === HIGHEST) points.pop();
  const last = points.pop();
  if (last === undefined) return undefined;
  // Surrogates are no characters: behind the last character before them comes the first one after them.
  return String.fromCodePoint(...points, last === 0xd7ff ? 0xe000 : last + 1);
}
