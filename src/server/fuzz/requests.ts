import fc from "fast-check";
import type { Route } from "../../protocols/route.ts";

/** A request that is about to be sent. */
export interface FuzzedRequest {
  method: string;
  /** Path and query. */
  path: string;
  contentType: string | undefined;
  body: string | Uint8Array | undefined;
}

interface JsonSchema {
  type?: string;
  enum?: string[];
  properties?: Record<string, JsonSchema>;
  items?: JsonSchema;
}

/** Values that mean something to the server under test, so that requests get past the first check. */
export interface KnownValues {
  [field: string]: readonly string[];
}

const HOSTILE_TEXTS = [
  "",
  " ",
  "\0",
  "a\0b",
  "\ud800",
  "'",
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
  "1e400",
  "__proto__",
  "constructor",
  "metrics.loss > 0.5 AND params.a = 'x'",
  "tags.`a b` LIKE '%' OR NOT (name = 'x')",
  "((((",
  "metrics.loss DESC",
];

const HOSTILE_NUMBERS = [0, -0, -1, 1.5, 1e308, -1e308, 2 ** 31, 2 ** 53, -(2 ** 63), 1e-320, 1_000_000_000];

const anyJson: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom(...HOSTILE_TEXTS),
  fc.constantFrom(...HOSTILE_NUMBERS),
  fc.boolean(),
  fc.constant(null),
  fc.jsonValue({ maxDepth: 3 }),
);

/** A value for one field: mostly of its type, often a known one, now and then anything at all. */
function fieldValue(name: string, schema: JsonSchema, known: KnownValues): fc.Arbitrary<unknown> {
  return fc.oneof(
    { weight: 6, arbitrary: typedValue(name, schema, known) },
    { weight: 2, arbitrary: fc.constantFrom<unknown>(...HOSTILE_TEXTS) },
    { weight: 1, arbitrary: anyJson },
  );
}

function typedValue(name: string, schema: JsonSchema, known: KnownValues): fc.Arbitrary<unknown> {
  if (schema.enum) return fc.constantFrom(...schema.enum);
  const values = known[name];
  if (values && schema.type === "string") return fc.constantFrom(...values);
  switch (schema.type) {
    case "integer":
      return fc.oneof(fc.integer({ min: -2, max: 100 }), fc.constantFrom(...HOSTILE_NUMBERS), fc.bigInt().map(String));
    case "number":
      return fc.oneof(fc.double(), fc.constantFrom<number | string>(...HOSTILE_NUMBERS, "NaN", "-Infinity"));
    case "boolean":
      return fc.boolean();
    case "array":
      return fc.array(fieldValue(name.replace(/s$/, ""), schema.items ?? {}, known), { maxLength: 4 });
    case "object":
      return messageValue(schema, known);
    default:
      return fc.oneof(fc.string({ maxLength: 30 }), fc.constantFrom(...HOSTILE_TEXTS));
  }
}

function messageValue(schema: JsonSchema, known: KnownValues): fc.Arbitrary<Record<string, unknown>> {
  const fields = Object.entries(schema.properties ?? {}).map(
    ([name, field]) => [name, fc.option(fieldValue(name, field, known), { nil: undefined, freq: 6 })] as const,
  );
  return fc.record(Object.fromEntries(fields)).map((record) => {
    const present = Object.entries(record).filter(([, value]) => value !== undefined);
    return Object.fromEntries(present);
  });
}

/** Requests to one route, from nearly right to entirely wrong. */
export function requestsTo(route: Route, known: KnownValues): fc.Arbitrary<FuzzedRequest> {
  const schema = (route.requestSchema ?? {}) as JsonSchema;
  return fc
    .record({
      fields: messageValue(schema, known),
      parameters: fc.array(fc.constantFrom(...HOSTILE_TEXTS, ...Object.values(known).flat()), {
        minLength: 4,
        maxLength: 4,
      }),
      broken: fc.option(fc.constantFrom("{", "[]", '"x"', "null", "[".repeat(3000), '{"a": 01}'), { freq: 8 }),
      contentType: fc.oneof(
        { weight: 9, arbitrary: fc.constant("application/json") },
        {
          weight: 1,
          arbitrary: fc.constantFrom(undefined, "text/plain", "multipart/form-data; boundary=x", "<script>"),
        },
      ),
      bytes: fc.uint8Array({ maxLength: 64 }),
    })
    .map(({ fields, parameters, broken, contentType, bytes }) => {
      const path = fillPath(route.path, parameters);
      if (route.method === "GET" || route.method === "HEAD")
        return { method: route.method, path: `${path}?${toQuery(fields)}`, contentType: undefined, body: undefined };
      const body = route.body === "streamed" ? bytes : (broken ?? JSON.stringify(fields));
      return { method: route.method, path, contentType, body };
    });
}

function fillPath(path: string, parameters: readonly string[]): string {
  let used = 0;
  const next = () => (parameters[used++ % parameters.length] ?? "").toWellFormed().slice(0, 500);
  return path
    .replace(/:[a-z_]+/g, () => encodeURIComponent(next()) || "x")
    .replace(/\*$/, () =>
      (next().includes("%") ? next() : encodeURI(next())).replace(/[?#\0\s\\]/g, encodeURIComponent),
    );
}

function toQuery(fields: Record<string, unknown>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) {
    for (const item of Array.isArray(value) ? value : [value]) {
      query.append(
        name,
        (typeof item === "string" ? item : (JSON.stringify(item) ?? "")).toWellFormed().slice(0, 2000),
      );
    }
  }
  return query.toString();
}
