import type { RouteCall } from "../../route.ts";
import { CONTENT_TYPE_NOT_JSON, invalidParameter, MlflowError } from "../errors.ts";
import { parsePythonJson } from "./json.ts";
import type { WireSchema } from "./types.ts";

type Source = Record<string, unknown>;

const decoder = new TextDecoder();

/** The raw fields of a request: a GET reads its query string, and its body only where there is no query; other methods read the body. */
export function readRequestSource(method: string, schema: WireSchema, call: RouteCall): Source {
  const source = method === "GET" && call.query !== "" ? readQuery(schema, call.query) : readBody(method, call);
  return { ...source, ...call.parameters };
}

function readBody(method: string, { headers, body }: RouteCall): Source {
  if (method === "POST" || method === "PUT") requireJsonContentType(headers["content-type"]);
  if (body === undefined || body.length === 0) return {};
  const value = parseBody(decoder.decode(body));
  if (value === null) return {};
  if (typeof value !== "object" || Array.isArray(value)) {
    throw new MlflowError("BAD_REQUEST", "The request body must be a JSON object.");
  }
  return value as Source;
}

/** Some clients send the JSON text inside a JSON string; upstream decodes it once more. */
function parseBody(text: string): unknown {
  try {
    const value = parsePythonJson(text);
    return typeof value === "string" ? parsePythonJson(value) : value;
  } catch {
    throw new MlflowError("BAD_REQUEST", "The request body is not valid JSON.");
  }
}

function requireJsonContentType(contentType: string | undefined): void {
  if (contentType?.split(";")[0]?.trim().toLowerCase() === "application/json") return;
  throw invalidParameter(contentType ? CONTENT_TYPE_NOT_JSON : "Bad Request. Content-Type header is missing.");
}

function readQuery(schema: WireSchema, query: string): Source {
  const values = new URLSearchParams(query);
  const source: Source = {};
  for (const [name, field] of Object.entries(schema.properties ?? {})) {
    const all = values.getAll(name);
    if (all.length > 0) source[name] = field.type === "array" ? all : readQueryValue(name, field, all[0] ?? "");
  }
  return source;
}

function readQueryValue(name: string, field: WireSchema, text: string): unknown {
  if (field.type !== "boolean") return text;
  const value = text.toLowerCase();
  if (value === "true" || value === "false") return value === "true";
  throw invalidParameter(`Invalid value "${text}" for parameter '${name}' supplied: it must be true or false.`);
}
