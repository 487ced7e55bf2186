import fc from "fast-check";
import type { Property } from "../../core/model/properties.ts";
import { attribute, property } from "./conditions.ts";
import type { QueryVocabulary } from "./random-queries.ts";
import type { ValuesOf } from "./reference-search.ts";

/** A record of any kind, or an asset. */
export type TestRecord = Readonly<Record<string, unknown>> & { id: number; properties: readonly Property[] };

const TEXTS = ["", "a", "A", "ab", "aB", "b", "Ab%", "_a", "a\\b", "é", "\u{1f600}", "\uffff", "true", "5", "active"];

export const randomText = fc.constantFrom(...TEXTS);
export const randomTime = fc.constantFrom(0, 1, 2, 3);

export function optional<T>(values: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> {
  return fc.option(values, { nil: undefined });
}

/** Properties with the keys `p` and `q`, of every type. */
const randomProperties: fc.Arbitrary<Property[]> = fc
  .tuple(optional(randomProperty("p")), optional(randomProperty("q")))
  .map((properties) => properties.filter((each) => each !== undefined));

/** What every kind has. */
export const randomFields = fc.record({
  name: randomText,
  description: optional(randomText),
  externalId: optional(randomText),
  creationTime: randomTime,
  lastUpdateTime: randomTime,
  properties: randomProperties,
});

/** What can be asked of every kind, and what of this one. */
export function vocabularyWith(
  special: Partial<Pick<QueryVocabulary, "texts" | "numbers" | "optional">>,
): QueryVocabulary {
  const { texts = [], numbers = [], optional = [] } = special;
  return {
    texts: [
      ...texts,
      attribute("name"),
      attribute("description"),
      attribute("externalId"),
      property("p", "string"),
      property("q", "string"),
      property("p", "bool"),
      property("unheard", "string"),
    ],
    numbers: [
      ...numbers,
      attribute("id"),
      attribute("creationTime"),
      property("p", "int"),
      property("p", "double"),
      property("p", "int", "double"),
      property("q", "int", "double"),
      property("unheard", "int"),
    ],
    optional: [
      ...optional,
      attribute("description"),
      attribute("externalId"),
      property("p"),
      property("q", "struct"),
      property("unheard"),
    ],
    orders: [attribute("id"), attribute("name"), attribute("creationTime"), attribute("lastUpdateTime")],
    textValues: TEXTS,
    numberValues: [-1, 0, 0.5, 1, 2, 5, 2n ** 60n, 1e300],
  };
}

/** Ints and doubles are numbers, all other properties texts; of a list, each item is a value. */
export function valuesOfRecord(record: TestRecord): ValuesOf {
  return (field) => {
    if (field.kind === "attribute") return [(record[field.name] ?? []) as string | number | string[]].flat();
    if (field.kind !== "property") return [];
    return record.properties
      .filter(({ key, type }) => key === field.key && (field.types.length === 0 || field.types.includes(type)))
      .map(({ type, value }) => (type === "int" || type === "double" ? Number(value) : value));
  };
}

function randomProperty(key: string): fc.Arbitrary<Property> {
  return fc.oneof(
    randomText.map((value): Property => ({ key, type: "string", value })),
    fc.constantFrom("-1", "0", "5", "2147483647").map((value): Property => ({ key, type: "int", value })),
    fc.constantFrom("-1", "0.5", "5", "1e+300").map((value): Property => ({ key, type: "double", value })),
    fc.constantFrom("true", "false").map((value): Property => ({ key, type: "bool", value })),
    fc.constantFrom('{"a":1}', "5").map((value): Property => ({ key, type: "struct", value })),
  );
}
