import fc from "fast-check";
import type { Route } from "../../protocols/route.ts";
import { HOSTILE_TEXTS, type JsonSchema, type KnownValues, messageValue } from "./values.ts";

/** A request that is about to be sent. */
export interface FuzzedRequest {
  method: string;
  /** Path and query. */
  path: string;
  contentType: string | undefined;
  body: string | Uint8Array | undefined;
}

/** Bodies that are no message at all. */
const BROKEN_BODIES = [
  "{",
  "[]",
  '"x"',
  "null",
  "",
  "[".repeat(3000),
  '{"a": 01}',
  '{"name": "a\0b"}',
  '{"name": "a", "name": 5}',
  '{"name": "a"} }',
  Uint8Array.of(0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d),
];

const contentType = fc.oneof(
  { weight: 9, arbitrary: fc.constant("application/json") },
  {
    weight: 1,
    arbitrary: fc.constantFrom(undefined, "text/plain", "multipart/form-data; boundary=x", "<script>"),
  },
);

/** Requests to one route, from valid to entirely wrong. */
export function requestsTo(route: Route, known: KnownValues): fc.Arbitrary<FuzzedRequest> {
  const schema = (route.requestSchema ?? {}) as JsonSchema;
  return fc
    .oneof(
      fc.record({
        route: fc.constant(route),
        fields: messageValue(schema, { wild: false, known }),
        path: pathsTo(route.path, known, false),
        bytes,
      }),
      fc.record({
        route: fc.constant(route),
        fields: messageValue(schema, { wild: true, known }),
        unknown: fc.option(fc.constantFrom(...HOSTILE_TEXTS, "unknownField"), { freq: 8, nil: undefined }),
        path: pathsTo(route.path, known, true),
        broken: fc.option(fc.constantFrom(...BROKEN_BODIES), { freq: 8, nil: undefined }),
        contentType,
        bytes,
      }),
    )
    .map(toRequest);
}

interface Draft {
  route: Route;
  fields: Record<string, unknown>;
  unknown?: string | undefined;
  path: string;
  broken?: string | Uint8Array | undefined;
  contentType?: string | undefined;
  bytes: Uint8Array;
}

const bytes = fc.uint8Array({ maxLength: 64 });

function toRequest({ route, fields: given, unknown, path, broken, contentType, bytes }: Draft): FuzzedRequest {
  const { method } = route;
  const fields = unknown === undefined ? given : { ...given, [unknown]: unknown };
  if (method === "GET" || method === "HEAD")
    return { method, path: `${path}?${toQuery(fields)}`, contentType: undefined, body: undefined };
  const body = route.body === "streamed" ? bytes : (broken ?? JSON.stringify(fields));
  return { method, path, contentType, body };
}

/** A path with something for each of its parameters: a known value where there is one, in wild requests as often anything. */
function pathsTo(path: string, known: KnownValues, wild: boolean): fc.Arbitrary<string> {
  const anything = fc.constantFrom(...HOSTILE_TEXTS, ...Object.values(known).flat());
  const parts = path.split(/(:[A-Za-z_]+|\*$)/).map((part) => {
    if (part === "*") return anything.map(toRest);
    if (!part.startsWith(":")) return fc.constant(part);
    const values = known[part.slice(1)] ?? [];
    const choices = [
      ...(values.length > 0 ? [fc.constantFrom(...values)] : []),
      ...(wild || values.length === 0 ? [anything] : []),
    ];
    return fc.oneof(...choices).map((text) => encodeURIComponent(shorten(text)) || "x");
  });
  return fc.tuple(...parts).map((texts) => texts.join(""));
}

/** The rest of a path, which may have slashes; what is encoded already stays so. */
function toRest(text: string): string {
  const short = shorten(text);
  return (short.includes("%") ? short : encodeURI(short)).replace(/[?#\0\s\\]/g, encodeURIComponent);
}

function shorten(text: string): string {
  return text.slice(0, 500).toWellFormed();
}

function toQuery(fields: Record<string, unknown>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) {
    for (const item of Array.isArray(value) ? value : [value]) {
      query.append(
        shorten(name),
        (typeof item === "string" ? item : (JSON.stringify(item) ?? "")).toWellFormed().slice(0, 2000),
      );
    }
  }
  return query.toString();
}
