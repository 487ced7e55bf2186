import { toJson } from "../../../core/json.ts";
import type { Int64 } from "../../../core/model/values.ts";
import { invalidParameter } from "../errors.ts";
import type { Static, WireSchema } from "./types.ts";

/**
 * Reads a request as protobuf's JSON does: names in snake_case or camelCase, numbers also as text, enums by name or number, null as
 * absent, unknown fields ignored. Unlike upstream, a field of the wrong type is always refused: upstream drops some of them silently,
 * together with every field behind them.
 */
export type RequestParser<Schema extends WireSchema> = (source: Readonly<Record<string, unknown>>) => Static<Schema>;

type FieldParser = (value: unknown, path: string) => unknown;

export function compileRequestParser<Schema extends WireSchema>(schema: Schema): RequestParser<Schema> {
  const parse = compileMessage(schema);
  return (source) => parse(source, "") as Static<Schema>;
}

function compileField(schema: WireSchema): FieldParser {
  if (schema["x-numbers"]) return compileEnumeration(schema["x-numbers"]);
  switch (schema.format ?? schema.type) {
    case "int32":
      return (value, path) => parseInteger(value, path, isInt32);
    case "int64":
      return (value, path) => parseInteger(value, path, isInt64);
    case "double":
      return parseDouble;
    case "boolean":
      return parseBoolean;
    case "array":
      return compileList(schema.items ?? { type: "string" });
    case "object":
      return compileMessage(schema);
    default:
      return parseString;
  }
}

interface CompiledField {
  name: string;
  camelName: string;
  required: boolean;
  parse: FieldParser;
}

function compileMessage(schema: WireSchema): FieldParser {
  const required = new Set(schema.required);
  const fields = Object.entries(schema.properties ?? {}).map(([name, field]) => ({
    name,
    camelName: name.replace(/_([a-z0-9])/g, (_match, letter: string) => letter.toUpperCase()),
    required: required.has(name),
    parse: compileField(field),
  }));
  return (source, path) => {
    if (typeof source !== "object" || source === null || Array.isArray(source)) throw wrongType(source, path);
    const result: Record<string, unknown> = {};
    for (const field of fields) {
      const value = parseField(field, source as Record<string, unknown>, path);
      if (value !== undefined) result[field.name] = value;
    }
    return result;
  };
}

function parseField(field: CompiledField, record: Readonly<Record<string, unknown>>, parentPath: string): unknown {
  const value = readField(record, field.name, field.camelName);
  if (value === undefined && !field.required) return undefined;
  const path = parentPath === "" ? field.name : `${parentPath}.${field.name}`;
  if (field.required && (value === undefined || value === "")) throw missingValue(path);
  return field.parse(value, path);
}

function readField(record: Readonly<Record<string, unknown>>, name: string, camelName: string): unknown {
  const value = record[name];
  if (name === camelName) return value ?? undefined;
  const camelValue = record[camelName];
  if (value !== undefined && camelValue !== undefined) {
    throw invalidParameter(`Request specifies both '${name}' and '${camelName}'; provide only one of them.`);
  }
  return value ?? camelValue ?? undefined;
}

function compileList(items: WireSchema): FieldParser {
  const parse = compileField(items);
  return (value, path) => {
    if (!Array.isArray(value)) throw wrongType(value, path);
    return value.map((item, index) => parse(item, `${path}[${index}]`));
  };
}

function compileEnumeration(numbers: Readonly<Record<string, number>>): FieldParser {
  const names = new Map(Object.entries(numbers).map(([name, number]) => [number, name]));
  return (value, path) => {
    if (typeof value === "string" && Object.hasOwn(numbers, value)) return value;
    const name = names.get(typeof value === "string" && /^\d+$/.test(value) ? Number(value) : (value as number));
    if (name === undefined) throw wrongType(value, path, ` It must be one of ${Object.keys(numbers).join(", ")}.`);
    return name;
  };
}

function parseString(value: unknown, path: string): string {
  if (typeof value !== "string") throw wrongType(value, path);
  if (!value.isWellFormed())
    throw invalidParameter(`The text of '${path}' has half a surrogate pair: it is not Unicode.`);
  if (value.includes("\0")) throw invalidParameter(`The text of '${path}' has a NUL character, which cannot be kept.`);
  return value;
}

function parseBoolean(value: unknown, path: string): boolean {
  if (typeof value !== "boolean") throw wrongType(value, path);
  return value;
}

function parseDouble(value: unknown, path: string): number {
  if (typeof value === "number") return value;
  if (typeof value === "bigint") return Number(value);
  if (typeof value === "string") {
    const text = value.trim();
    if (["NaN", "Infinity", "-Infinity"].includes(text)) return Number(text);
    if (/^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(text)) return Number(text);
  }
  throw wrongType(value, path);
}

function parseInteger(value: unknown, path: string, isInRange: (value: bigint) => boolean): Int64 {
  const integer = toBigInt(value);
  if (integer === undefined || !isInRange(integer)) throw wrongType(value, path);
  const number = Number(integer);
  return Number.isSafeInteger(number) ? number : integer;
}

function toBigInt(value: unknown): bigint | undefined {
  if (typeof value === "bigint") return value;
  if (typeof value === "number" && Number.isInteger(value)) return BigInt(value);
  if (typeof value === "string" && /^-?\d{1,20}$/.test(value)) return BigInt(value);
  return undefined;
}

const isInt32 = (value: bigint) => BigInt.asIntN(32, value) === value;
const isInt64 = (value: bigint) => BigInt.asIntN(64, value) === value;

export function missingValue(path: string): Error {
  return invalidParameter(
    `Missing value for required parameter '${path}'. See the API docs for more information about request parameters.`,
  );
}

/** Upstream's text for a value of the wrong type; it names Python's type. */
export function wrongType(value: unknown, path: string, hint = ""): Error {
  return invalidParameter(
    `Invalid value ${printed(value)} for parameter '${path}' supplied:  Hint: Value was of type '${pythonType(value)}'.${hint} ` +
      "See the API docs for more information about request parameters.",
  );
}

/** Longest piece of a refused value that is repeated in the message. */
const PRINTED_LENGTH = 200;

function printed(value: unknown): string {
  const text = toJson(value ?? null);
  return text.length > PRINTED_LENGTH ? `${text.slice(0, PRINTED_LENGTH)}…` : text;
}

function pythonType(value: unknown): string {
  if (value === null || value === undefined) return "NoneType";
  if (Array.isArray(value)) return "list";
  if (typeof value === "boolean") return "bool";
  if (typeof value === "string") return "str";
  if (typeof value === "object") return "dict";
  return typeof value === "bigint" || Number.isInteger(value) ? "int" : "float";
}
