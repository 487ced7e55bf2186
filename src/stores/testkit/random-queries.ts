import fc from "fast-check";
import type { Condition, Field, Filter, OrderKey } from "../../core/filter/filter.ts";

/** What random filters and orders of one kind of entity are made of. */
export interface QueryVocabulary {
  texts: readonly Field[];
  numbers: readonly Field[];
  /** Fields that may be asked whether they are there. */
  optional: readonly Field[];
  orders: readonly Field[];
  textValues: readonly string[];
  numberValues: readonly (number | bigint)[];
}

export function randomFilter(vocabulary: QueryVocabulary): fc.Arbitrary<Filter> {
  const condition = randomCondition(vocabulary);
  const { filter } = fc.letrec<{ filter: Filter; operands: Filter[] }>((tie) => ({
    operands: fc.array(tie("filter"), { minLength: 1, maxLength: 3 }),
    filter: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      condition,
      fc.record({ kind: fc.constantFrom("and" as const, "or" as const), operands: tie("operands") }),
      fc.record({ kind: fc.constant("not" as const), operand: tie("filter") }),
    ),
  }));
  return filter;
}

export function randomOrder({ orders }: QueryVocabulary): fc.Arbitrary<OrderKey[]> {
  return fc.array(fc.record({ field: fc.constantFrom(...orders), descending: fc.boolean() }), { maxLength: 3 });
}

function randomCondition(vocabulary: QueryVocabulary): fc.Arbitrary<Condition> {
  const kinds: fc.Arbitrary<Condition>[] = [];
  if (vocabulary.texts.length > 0)
    kinds.push(randomText(vocabulary), randomList(vocabulary.texts, vocabulary.textValues));
  if (vocabulary.numbers.length > 0)
    kinds.push(randomNumber(vocabulary), randomList(vocabulary.numbers, vocabulary.numberValues));
  if (vocabulary.optional.length > 0) kinds.push(randomPresence(vocabulary));
  return fc.oneof(...kinds);
}

function randomText({ texts, textValues }: QueryVocabulary): fc.Arbitrary<Condition> {
  const plain = fc.constantFrom(...textValues);
  return fc
    .record({
      kind: fc.constant("comparison" as const),
      field: fc.constantFrom(...texts),
      operator: fc.constantFrom("=" as const, "!=" as const, "<" as const, ">=" as const),
      value: plain,
    })
    .chain((condition) =>
      fc.oneof(
        fc.constant(condition),
        fc
          .tuple(fc.constantFrom("like" as const, "ilike" as const), randomPattern(plain))
          .map(([operator, pattern]) => ({ ...condition, operator, ...pattern })),
      ),
    );
}

/** What a text begins with, with wildcards around it; where it escapes, those in the text are ordinary characters. */
function randomPattern(texts: fc.Arbitrary<string>): fc.Arbitrary<{ value: string; escapes?: true }> {
  const wildcard = fc.constantFrom("", "%", "_");
  return fc.tuple(wildcard, texts, fc.nat(3), wildcard, fc.boolean()).map(([before, text, length, after, escapes]) => {
    const start = Array.from(text).slice(0, length).join("");
    if (!escapes) return { value: before + start + after };
    return { value: before + start.replace(/[%_\\]/g, "\\$&") + after, escapes: true };
  });
}

function randomList(fields: readonly Field[], values: readonly (string | number | bigint)[]): fc.Arbitrary<Condition> {
  return fc.record({
    kind: fc.constant("in" as const),
    field: fc.constantFrom(...fields),
    negated: fc.boolean(),
    values: fc.array(fc.constantFrom(...values), { maxLength: 3 }),
  });
}

function randomNumber({ numbers, numberValues }: QueryVocabulary): fc.Arbitrary<Condition> {
  return fc.record({
    kind: fc.constant("comparison" as const),
    field: fc.constantFrom(...numbers),
    operator: fc.constantFrom("=" as const, "!=" as const, "<" as const, "<=" as const, ">" as const, ">=" as const),
    value: fc.constantFrom(...numberValues),
  });
}

function randomPresence({ optional }: QueryVocabulary): fc.Arbitrary<Condition> {
  return fc.record({
    kind: fc.constant("presence" as const),
    field: fc.constantFrom(...optional),
    present: fc.boolean(),
  });
}
