import type { ComparisonOperator } from "../../../core/filter/filter.ts";

/** Whether a wire value of a choice compares as asked: the few values are compared here, as the core has others. */
export function passes(wire: string, operator: ComparisonOperator, value: string): boolean {
  switch (operator) {
    case "=":
      return wire === value;
    case "!=":
      return wire !== value;
    case "<":
      return wire < value;
    case "<=":
      return wire <= value;
    case ">":
      return wire > value;
    case ">=":
      return wire >= value;
    case "like":
      return isLike(wire, value);
    case "ilike":
      return isLike(wire.toLowerCase(), value.toLowerCase());
  }
}

/** Goes through the pattern once: whatever a client sends, this takes no longer than pattern times text. */
function isLike(text: string, pattern: string): boolean {
  // The offsets up to which the pattern can have matched.
  let reached = [0];
  for (const [part] of pattern.matchAll(/\\?./gs)) {
    if (reached.length === 0) return false;
    if (part === "%") reached = offsetsFrom(text, reached[0] ?? 0);
    else
      reached = reached
        .filter((at) => at < text.length && (part === "_" || text[at] === part.at(-1)))
        .map((at) => at + 1);
  }
  return reached.at(-1) === text.length;
}

function offsetsFrom(text: string, start: number): number[] {
  return Array.from({ length: text.length + 1 - start }, (_, index) => start + index);
}
