import fc from "fast-check";

/** What the fuzzer reads of a JSON Schema. */
export interface JsonSchema {
  type?: string;
  format?: string;
  enum?: string[];
  properties?: Record<string, JsonSchema>;
  required?: readonly string[];
  additionalProperties?: JsonSchema | false;
  items?: JsonSchema;
  oneOf?: JsonSchema[];
  anyOf?: JsonSchema[];
  allOf?: JsonSchema[];
}

/** Values that mean something to the server under test, so that requests get past the first check. */
export interface KnownValues {
  [field: string]: readonly string[];
}

export const HOSTILE_TEXTS = [
  "",
  " ",
  "\0",
  "a\0b",
  "\ud800",
  "'",
  "it's",
  "\\",
  "a\\'b",
  "`",
  "%",
  "_",
  "' OR 1=1 --",
  '"; DROP TABLE runs; --',
  "../../../../etc/passwd",
  "..%2f..%2fetc%2fpasswd",
  "%252e%252e%252f",
  "file:///etc/passwd",
  "C:\\windows\\system32",
  "/etc/passwd",
  "http:///#/../../etc",
  "<script>alert(1)</script>",
  "🦊".repeat(300),
  "x".repeat(70_000),
  "NaN",
  "Infinity",
  "-1",
  "9223372036854775808",
  "9007199254740991",
  "4503599627370496",
  "1e400",
  "__proto__",
  "constructor",
  "metrics.loss > 0.5 AND params.a = 'x'",
  "tags.`a b` LIKE '%' OR NOT (name = 'x')",
  "((((",
  "metrics.loss DESC",
];

/** Of those, what any text may be. */
const ODD_TEXTS = HOSTILE_TEXTS.filter((text) => text.length < 250 && text.isWellFormed() && !text.includes("\0"));

const HOSTILE_NUMBERS = [0, -0, -1, 1.5, 1e308, -1e308, 2 ** 31, 2 ** 53, -(2 ** 63), 1e-320, 1_000_000_000];

/** What filters are made of, and what looks like it. */
const FILTER_WORDS = [
  ..."= != <> < <= > >= ( ) , . AND OR NOT LIKE ILIKE IN IS NULL BETWEEN and -- ' \" ` \\".split(" "),
  ..."name id state status externalId createTimeSinceEpoch startTimeSinceEpoch value step artifactType".split(" "),
  ..."metrics.loss params.a tags.t mlflow.alias.champion `a b`.int_value p.double_value p.bool_value p.x".split(" "),
  ..."'x' 'LIVE' 'it''s' 'it\\'s' '%' '_\\' '\\\\' 5 -1 0.5 1e400 9223372036854775808 99999999999999999999 true".split(
    " ",
  ),
];

/** Filters that are right for every list. */
const FILTERS = [
  "name = 'it\\'s' OR name LIKE '%_\\\\%'",
  "id >= 0 AND NOT externalId IN ('x', 'external')",
  "`a b`.int_value > 1 OR p IS NULL",
  "p.double_value <> 0.5 AND `it's`.string_value ILIKE '%'",
];

/** Custom properties that no schema has. */
const WRONG_PROPERTIES = [
  { metadataType: "MetadataProtoValue", type: "x", proto_value: "AAEC" },
  { metadataType: "MetadataStructValue", struct_value: "not base64!" },
  { metadataType: "MetadataStructValue", struct_value: Buffer.from("[".repeat(3000)).toString("base64") },
  { metadataType: "MetadataStructValue", struct_value: Buffer.from('{"a":"\\u0000\\ud800"}').toString("base64") },
  { metadataType: "MetadataIntValue", int_value: "99999999999" },
  { metadataType: "MetadataIntValue", int_value: 5 },
  { metadataType: "MetadataDoubleValue", double_value: "NaN" },
  { metadataType: "MetadataStringValue", string_value: "x", bool_value: true },
  { metadataType: "__proto__" },
  { string_value: "x" },
];

const anyJson: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom(...HOSTILE_TEXTS),
  fc.constantFrom(...HOSTILE_NUMBERS),
  fc.boolean(),
  fc.constant(null),
  fc.jsonValue({ maxDepth: 3 }),
);

/**
 * Of a request, how far it goes: a valid one gets to the bottom of an operation, a wild one has anything in any field. Contracts that
 * refuse a whole request for one field would never see their insides with wild ones alone.
 */
export interface Generation {
  wild: boolean;
  known: KnownValues;
}

/** A value for one field: of its type, often a known one; in wild requests now and then anything at all. */
function fieldValue(name: string, schema: JsonSchema, generation: Generation): fc.Arbitrary<unknown> {
  const typed = typedValue(name, schema, generation);
  if (!generation.wild) return typed;
  return fc.oneof(
    { weight: 6, arbitrary: typed },
    { weight: 2, arbitrary: fc.constantFrom<unknown>(...HOSTILE_TEXTS) },
    { weight: 1, arbitrary: anyJson },
  );
}

function typedValue(name: string, schema: JsonSchema, generation: Generation): fc.Arbitrary<unknown> {
  const { wild, known } = generation;
  const variants = schema.oneOf ?? schema.anyOf ?? schema.allOf;
  if (variants) return fc.oneof(...variants.map((variant) => typedValue(name, variant, generation)));
  if (schema.enum) return fc.constantFrom(...schema.enum);
  const values = known[name];
  if (values && schema.type === "string") return fc.constantFrom(...values);
  switch (schema.type) {
    case "integer":
      return wild ? wildInteger : fc.nat(100);
    case "number":
      return wild ? wildNumber : fc.double({ noNaN: true, noDefaultInfinity: true });
    case "boolean":
      return fc.boolean();
    case "array":
      return fc.array(fieldValue(name.replace(/s$/, ""), schema.items ?? {}, generation), { maxLength: 4 });
    case "object":
      return schema.additionalProperties
        ? mapOf(schema.additionalProperties, generation)
        : messageValue(schema, generation);
    default:
      return textValue(name, schema, wild);
  }
}

const wildInteger = fc.oneof(
  fc.integer({ min: -2, max: 100 }),
  fc.constantFrom(...HOSTILE_NUMBERS),
  fc.bigInt().map(String),
);

const wildNumber = fc.oneof(fc.double(), fc.constantFrom<number | string>(...HOSTILE_NUMBERS, "NaN", "-Infinity"));

function textValue(name: string, { format }: JsonSchema, wild: boolean): fc.Arbitrary<string> {
  const anyText = fc.oneof(fc.string({ maxLength: 30 }), fc.constantFrom(...(wild ? HOSTILE_TEXTS : ODD_TEXTS)));
  if (/^filter/.test(name)) return wild ? fc.oneof(anyText, filterText) : fc.constantFrom(...FILTERS);
  if (/token$/i.test(name)) return wild ? fc.oneof(anyText, tokenText) : fc.constant("");
  if (format === "byte") return fc.json({ maxDepth: 3 }).map((json) => Buffer.from(json).toString("base64"));
  if (format === "int32" || format === "int64") return wild ? fc.bigInt().map(String) : fc.nat(2000).map(String);
  return anyText;
}

const filterText = fc.array(fc.constantFrom(...FILTER_WORDS), { maxLength: 12 }).map((words) => words.join(" "));

/** What could be the place where a page ended. */
const tokenText = fc
  .array(
    fc.oneof(fc.constantFrom<unknown>(...HOSTILE_TEXTS, ...HOSTILE_NUMBERS, null), fc.jsonValue({ maxDepth: 1 })),
    {
      maxLength: 4,
    },
  )
  .map((cursor) => Buffer.from(JSON.stringify(cursor)).toString("base64url"));

function mapOf(schema: JsonSchema, generation: Generation): fc.Arbitrary<Record<string, unknown>> {
  const typed = typedValue("", schema, generation);
  if (!generation.wild) return fc.dictionary(fc.constantFrom("p", "a b", ...ODD_TEXTS), typed, { maxKeys: 3 });
  const key = fc.constantFrom("p", "mlflow.alias.champion", "mlflow.stage", "mlflow.run_id", ...HOSTILE_TEXTS);
  const value = fc.oneof(
    { weight: 4, arbitrary: typed },
    { weight: 1, arbitrary: fc.constantFrom<unknown>(...WRONG_PROPERTIES) },
    { weight: 1, arbitrary: anyJson },
  );
  return fc.dictionary(key, value, { maxKeys: 3 });
}

/** An object with some of the fields that the schema has; of several schemas, of any one. */
export function messageValue(schema: JsonSchema, generation: Generation): fc.Arbitrary<Record<string, unknown>> {
  const variants = schema.oneOf ?? schema.anyOf;
  if (variants) return fc.oneof(...variants.map((variant) => messageValue(variant, generation)));
  const fields = Object.entries(schema.properties ?? {}).map(([name, field]) => {
    const value = fieldValue(name, field, generation);
    const isAlwaysThere = !generation.wild && schema.required?.includes(name);
    // fast-check leaves one of `freq` away: a wild request has most of the fields, a valid one half of them.
    const freq = generation.wild ? 6 : 2;
    return [name, isAlwaysThere ? value : fc.option(value, { nil: undefined, freq })] as const;
  });
  return fc.record(Object.fromEntries(fields)).map((record) => {
    const present = Object.entries(record).filter(([, value]) => value !== undefined);
    return Object.fromEntries(present);
  });
}
