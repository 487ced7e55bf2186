/** Plain JSON. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

/**
 * What a file says about itself, as a JSON object of at most `MOST_BYTES_OF_FACTS`. `format` names what it is, "unknown" where
 * nothing is recognised. `damaged` says what is wrong with it, `incomplete` why this server did not read on. Of formats that run code when they
 * are loaded, `scan` says how much of that code was looked at: "complete", "partial" or "unscanned". Facts, no verdicts.
 */
export interface FileFacts {
  format: string;
  [fact: string]: Json;
}

/** A few pages of a database, and less than what MLflow's clients accept as the value of a tag. */
export const MOST_BYTES_OF_FACTS = 16 * 1024;

/** How much of the facts is kept: tried in turn until they fit. */
const CUTS = [1000, 300, 100, 30, 10, 3, 0].map((items) => ({
  items,
  characters: Math.max(64, Math.min(1024, items * 8)),
}));

type Cut = (typeof CUTS)[number];

/**
 * The facts within `MOST_BYTES_OF_FACTS`. Lists and maps that are too long end early, and `<key>_left_out` beside them counts what
 * is missing; texts that are too long end with "…".
 */
export function fitFacts(facts: FileFacts): FileFacts {
  for (const cut of CUTS) {
    const fitted = { ...shortened(facts, cut), format: facts.format };
    if (jsonBytes(fitted) <= MOST_BYTES_OF_FACTS) return fitted;
  }
  return { format: facts.format, incomplete: "The facts are too many to be kept." };
}

function jsonBytes(value: Json): number {
  return new TextEncoder().encode(JSON.stringify(value)).length;
}

/** Built of entries, because a key may be `__proto__`. */
function shortened(facts: { [key: string]: Json }, cut: Cut): { [key: string]: Json } {
  const kept = Object.entries(facts).flatMap(([key, value]): [string, Json][] => {
    const { value: short, leftOut } = shortenedValue(value, cut);
    const before = facts[`${key}_left_out`];
    const counted = leftOut + (typeof before === "number" ? before : 0);
    return counted > 0
      ? [
          [key, short],
          [`${key}_left_out`, counted],
        ]
      : [[key, short]];
  });
  return Object.fromEntries(new Map(kept));
}

function shortenedValue(value: Json, cut: Cut): { value: Json; leftOut: number } {
  if (typeof value === "string") return { value: shortText(value, cut.characters), leftOut: 0 };
  if (typeof value === "number" && !Number.isFinite(value)) return { value: String(value), leftOut: 0 };
  if (typeof value !== "object" || value === null) return { value, leftOut: 0 };
  if (Array.isArray(value)) {
    const kept = value.slice(0, cut.items).map((item) => shortenedValue(item, cut).value);
    return { value: kept, leftOut: value.length - kept.length };
  }
  const entries = Object.entries(value);
  const kept = entries.slice(0, cut.items).map(([key, item]) => [shortText(key, cut.characters), item] as const);
  return { value: shortened(Object.fromEntries(kept), cut), leftOut: entries.length - kept.length };
}

/** Without what no database takes as text: U+0000 and halves of characters. */
function shortText(text: string, characters: number): string {
  const short = text.length <= characters ? text : `${text.slice(0, characters)}…`;
  return short.toWellFormed().replaceAll("\0", "\uFFFD");
}
