import { isInt64, toInt64 } from "../../../core/int64.ts";
import { parseJson } from "../../../core/json.ts";
import type { Int64 } from "../../../core/model/values.ts";
import { badRequest, missingField } from "../errors.ts";
import type { FieldSchema, FieldType, RequiredValuesOf, ResourceSchema, ValuesOf } from "../schema/fields.ts";
import { isLonger } from "./characters.ts";
import { parseMetadataValues } from "./metadata-values.ts";
import { parseId } from "./query.ts";

/** Which fields a body may have. `full`: those of a creation and the id, for resources that are made below another one. */
export type BodyKind = "create" | "update" | "full";

type Fields = Readonly<Record<string, unknown>>;

/** The escape of a null byte, unless its backslash is itself escaped. */
const NULL_ESCAPE = /(?:^|[^\\])(?:\\\\)*\\u0000/;

const decoder = new TextDecoder("utf-8", { fatal: true });

/** The fields of a JSON object. Throws 400 for anything else, and for text with a null byte in it, which no store keeps. */
export function readObject(body: Uint8Array | undefined): Fields {
  const value = parse(body);
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw badRequest("The body must be a JSON object.");
  }
  return value as Fields;
}

/**
 * Checks a body against what the schema lets clients write. `null` counts as absent, and so does "" where something is required; what only
 * the server writes is left out. Throws 400, and 422 for what is missing.
 */
export function parseBody<Schema extends ResourceSchema>(
  schema: Schema,
  kind: "create" | "full",
  fields: Fields,
): RequiredValuesOf<Schema>;
export function parseBody<Schema extends ResourceSchema>(
  schema: Schema,
  kind: "update",
  fields: Fields,
): ValuesOf<Schema>;
export function parseBody(schema: ResourceSchema, kind: BodyKind, fields: Fields): object {
  const values: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fields)) {
    const field = Object.hasOwn(schema.fields, name) ? schema.fields[name] : undefined;
    if (field === undefined || !isWritable(field, kind))
      throw badRequest(`json: unknown field "${name.slice(0, 100)}"`);
    if (value === null || (value === "" && field.required)) continue;
    const parsed = parseField(name, field.type, value);
    if (field.access !== "read-only") values[name] = parsed;
  }
  if (kind !== "update") requireFields(schema, values);
  return values;
}

/** Whether a body of this kind may have the field. */
export function isWritable({ access }: FieldSchema, kind: BodyKind): boolean {
  switch (access) {
    case "update":
      return true;
    case "create":
      return kind !== "update";
    case "identity":
      return kind === "full";
    case "read-only":
      return kind === "full";
  }
}

function requireFields({ fields }: ResourceSchema, values: Fields): void {
  for (const name in fields) if (fields[name]?.required && values[name] === undefined) throw missingField(name);
}

function parse(body: Uint8Array | undefined): unknown {
  if (body === undefined || body.length === 0) throw badRequest("The body is empty: send a JSON object.");
  const text = decode(body);
  if (text.includes("\0") || NULL_ESCAPE.test(text)) {
    throw badRequest("The body has a null byte in it, which can't be stored. Leave it out.");
  }
  try {
    return parseJson(text);
  } catch {
    throw badRequest("The body is not valid JSON.");
  }
}

function decode(body: Uint8Array): string {
  try {
    return decoder.decode(body);
  } catch {
    throw badRequest("The body is not valid UTF-8.");
  }
}

function parseField(name: string, type: FieldType, value: unknown): unknown {
  switch (type.kind) {
    case "text":
      return parseText(name, value, type.maximumLength);
    case "id":
      return typeof value === "string" ? parseId(name, value) : wrongType(name, "a string of decimal digits");
    case "int64-text":
      return parseInt64Text(name, value);
    case "int64":
      return isInt64(value) ? value : wrongType(name, "a 64-bit integer");
    case "double":
      return parseDouble(name, value);
    case "texts":
      return Array.isArray(value) ? value.map((item) => parseText(name, item)) : wrongType(name, "a list of strings");
    case "enum":
      return parseEnum(type, value);
    case "constant":
      return value === type.value ? value : wrongType(name, `"${type.value}"`);
    case "properties":
      return parseMetadataValues(value);
  }
}

function parseDouble(name: string, value: unknown): number {
  const number = typeof value === "number" || typeof value === "bigint" ? Number(value) : Number.NaN;
  return Number.isFinite(number) ? number : wrongType(name, "a number that fits into 64 bits");
}

function parseText(name: string, value: unknown, maximumLength = Number.POSITIVE_INFINITY): string {
  if (typeof value !== "string") return wrongType(name, "a string");
  if (!value.isWellFormed()) throw badRequest(`${name} has half of a surrogate pair in it.`);
  if (isLonger(value, maximumLength)) throw badRequest(`${name} has more than ${maximumLength} characters.`);
  return value;
}

function parseInt64Text(name: string, value: unknown): Int64 {
  if (typeof value !== "string" || !/^-?\d{1,19}$/.test(value)) return wrongType(name, "a string of decimal digits");
  return toInt64(value) ?? wrongType(name, "a 64-bit integer in a string");
}

function parseEnum({ name, values }: { name: string; values: readonly string[] }, value: unknown): string {
  if (typeof value === "string" && values.includes(value)) return value;
  const shown = typeof value === "string" ? value.slice(0, 100) : typeof value;
  throw badRequest(`${shown} is not a valid ${name}. Send one of ${values.join(", ")}.`);
}

function wrongType(name: string, wanted: string): never {
  throw badRequest(`${name} must be ${wanted}.`);
}
