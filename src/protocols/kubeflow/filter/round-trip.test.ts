import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { Condition, Field, Filter } from "../../../core/filter/filter.ts";
import type { PropertyType } from "../../../core/model/properties.ts";
import { artifactFields, modelVersionFields, registeredModelFields } from "./fields.ts";
import { InvalidFilterQuery } from "./invalid-filter-query.ts";
import { parseFilterQuery } from "./parser.ts";

type Value = string | number | bigint;

const WELL_KNOWN: Readonly<Record<string, string>> = {
  author: "author",
  stage: "mlflow.stage",
  modelId: "registeredModelId",
};

const texts = fc.oneof(
  fc.string({ unit: "binary", maxLength: 8 }).filter((text) => !text.includes("\0")),
  fc.string({ unit: fc.constantFrom("'", '"', "\\", "%", "_", "`", ".", "-", "\n"), maxLength: 8 }),
  fc.constantFrom("--", "5", "true", "x' OR '1' = '1"),
);
const patterns = texts.map((text) => text.replaceAll("\\", "\\\\"));
const integers: fc.Arbitrary<Value> = fc.oneof(fc.integer(), fc.bigInt({ min: 2n ** 53n, max: 2n ** 63n - 1n }));
const doubles: fc.Arbitrary<Value> = fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => number || 0);
const keys = fc
  .oneof(texts, fc.constantFrom("AND", "NOT", "IN", "NULL", "true", "int_value", "constructor"))
  .filter((key) => !key.endsWith("_value") || !key.includes("."));

/** Fields with the values that they can be compared with. */
const fieldsOf = (values: fc.Arbitrary<Value>, ...fields: fc.Arbitrary<Field>[]) =>
  fc.oneof(...fields).map((field) => ({ field, values }));
const attribute = (name: string): fc.Arbitrary<Field> => fc.constant({ kind: "attribute", name });
const property = (...types: PropertyType[]): fc.Arbitrary<Field> =>
  keys.map((key) => ({ kind: "property", key, types }));

const textFields = fieldsOf(texts, attribute("author"), attribute("stage"), property("string"));
const otherFields = fc.oneof(
  fieldsOf(fc.oneof(integers, doubles), attribute("modelId"), property("int")),
  fieldsOf(integers, property("int", "double")),
  fieldsOf(doubles, property("double")),
  fieldsOf(fc.constantFrom("true", "false"), property("bool")),
);

const comparisons = fc.oneof(textFields, otherFields).chain(({ field, values }) =>
  fc.record({
    kind: fc.constant("comparison" as const),
    field: fc.constant(field),
    operator: fc.constantFrom("=" as const, "!=" as const, "<" as const, "<=" as const, ">" as const, ">=" as const),
    value: values,
  }),
);
const likes = textFields.chain(({ field }) =>
  fc.record({
    kind: fc.constant("comparison" as const),
    field: fc.constant(field),
    operator: fc.constantFrom("like" as const, "ilike" as const),
    value: patterns,
    escapes: fc.constant(true as const),
  }),
);
const lists = fc.oneof(textFields, otherFields).chain(({ field, values }) =>
  fc.record({
    kind: fc.constant("in" as const),
    field: fc.constant(field),
    negated: fc.boolean(),
    values: fc.array(values, { minLength: 1, maxLength: 4 }),
  }),
);
const presences = fc.record({
  kind: fc.constant("presence" as const),
  field: fc.oneof(attribute("author"), property(), property("bool")),
  present: fc.boolean(),
});

const { filter: filters } = fc.letrec<{ filter: Filter; operands: Filter[] }>((tie) => ({
  operands: fc.array(tie("filter"), { minLength: 2, maxLength: 4 }),
  filter: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.oneof(comparisons, likes, lists, presences),
    fc.record({ kind: fc.constantFrom("and" as const, "or" as const), operands: tie("operands") }),
    fc.record({ kind: fc.constant("not" as const), operand: tie("filter") }),
  ),
}));

function print(filter: Filter): string {
  switch (filter.kind) {
    case "and":
    case "or":
      return `(${filter.operands.map(print).join(filter.kind === "and" ? " AND " : "\nOR -- or\n")})`;
    case "not":
      return `NOT ${print(filter.operand)}`;
    default:
      return printCondition(filter);
  }
}

function printCondition(condition: Condition): string {
  const { field } = condition;
  switch (condition.kind) {
    case "presence":
      return `${printField(field)} IS ${condition.present ? "NOT NULL" : "NULL"}`;
    case "in": {
      const values = condition.values.map((value) => printValue(field, value));
      return `${printField(field)} ${condition.negated ? "NOT IN" : "IN"} (${values.join()})`;
    }
    case "comparison":
      return `${printField(field)} ${condition.operator.toUpperCase()} ${printValue(field, condition.value)}`;
  }
}

/** A suffix where the type would not show in the values. */
function printField(field: Field): string {
  if (field.kind === "attribute") return `${WELL_KNOWN[field.name]}`;
  if (field.kind !== "property") throw new Error(`Not in this language: ${field.kind}`);
  const name = `\`${field.key.replace(/[\\`]/g, "\\$&")}\``;
  return field.types.length === 1 ? `${name}.${field.types[0]}_value` : name;
}

function printValue(field: Field, value: Value): string {
  if (field.kind === "property" && field.types.includes("bool")) return String(value);
  if (typeof value === "string") return `'${value.replace(/[\\']/g, "\\$&")}'`;
  return Number.isSafeInteger(value) || typeof value === "bigint" ? String(value) : Number(value).toExponential();
}

describe("any filter that the language can say", () => {
  it("is read back from its text", () => {
    const readBack = (filter: Filter) =>
      assert.deepEqual(parseFilterQuery(print(filter), modelVersionFields), structuredClone(filter));
    fc.assert(fc.property(filters, readBack), { numRuns: 2000 });
  });
});

describe("any text", () => {
  const words = fc.constantFrom(
    ...[
      "name",
      "id",
      "state",
      "value",
      "mlflow.alias.",
      "`b c`",
      "x.int_value",
      ".",
      ",",
      "(",
      ")",
      "''",
      "'x'",
      '"y"',
      "5",
      "1e3",
    ],
    ...[
      "=",
      "<>",
      "<",
      "LIKE",
      "ILIKE",
      "IN",
      "NOT",
      "IS",
      "NULL",
      "AND",
      "OR",
      "true",
      "--",
      "\n",
      "\\",
      "'",
      "`",
      "%",
      "\0",
    ],
  );
  const hostile = fc.oneof(
    fc.string(),
    fc.string({ unit: "binary", maxLength: 200 }),
    fc.array(words).map((list) => list.join(" ")),
  );

  it("is parsed or refused, and the message stays short", () => {
    const neverCrashes = (text: string) => {
      for (const fields of [registeredModelFields, modelVersionFields, artifactFields]) {
        try {
          parseFilterQuery(text, fields);
        } catch (error) {
          assert.ok(error instanceof InvalidFilterQuery, String(error));
          assert.ok(error.message.length < 400);
        }
      }
    };
    fc.assert(fc.property(hostile, neverCrashes), { numRuns: 5000 });
  });
});
