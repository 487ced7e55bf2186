import type { Property } from "../../../core/model/properties.ts";
import { badRequest } from "../errors.ts";
import { MAXIMUM_NAME_LENGTH } from "../schema/common.ts";
import type { MetadataValue } from "../schema/fields.ts";
import { isLonger } from "./characters.ts";

const LOWEST_INT = -(2 ** 31);
const HIGHEST_INT = 2 ** 31 - 1;

/** The member that holds the value of each type, and the value of one that has none. */
const MEMBERS: Readonly<Record<string, { member: string; parse(value: unknown): MetadataValue }>> = {
  MetadataStringValue: {
    member: "string_value",
    parse: (value = "") => ({ metadataType: "MetadataStringValue", string_value: text(value, "string_value") }),
  },
  MetadataIntValue: {
    member: "int_value",
    parse: (value = "0") => ({ metadataType: "MetadataIntValue", int_value: int32(value) }),
  },
  MetadataDoubleValue: {
    member: "double_value",
    parse: (value = 0) => ({ metadataType: "MetadataDoubleValue", double_value: double(value) }),
  },
  MetadataBoolValue: {
    member: "bool_value",
    parse: (value = false) => ({ metadataType: "MetadataBoolValue", bool_value: bool(value) }),
  },
  MetadataStructValue: {
    member: "struct_value",
    parse: (value = "") => ({ metadataType: "MetadataStructValue", struct_value: base64(value) }),
  },
};

/** Checks a map of custom properties. Throws 400, for protocol buffers too: nobody could read them back. */
export function parseMetadataValues(value: unknown): Record<string, MetadataValue> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw badRequest("customProperties must be an object of values by key.");
  }
  const values: Record<string, MetadataValue> = Object.create(null);
  for (const [key, item] of Object.entries(value)) values[checkKey(key)] = parseMetadataValue(key, item);
  return values;
}

function checkKey(key: string): string {
  if (key.isWellFormed() && !isLonger(key, MAXIMUM_NAME_LENGTH)) return key;
  throw badRequest(
    `A key of customProperties has more than ${MAXIMUM_NAME_LENGTH} characters, or is not valid Unicode.`,
  );
}

function parseMetadataValue(key: string, item: unknown): MetadataValue {
  const { metadataType, ...members } = (typeof item === "object" && item !== null ? item : {}) as Record<
    string,
    unknown
  >;
  const type =
    typeof metadataType === "string" && Object.hasOwn(MEMBERS, metadataType) ? MEMBERS[metadataType] : undefined;
  if (type === undefined) {
    throw badRequest(`The property "${key}" needs a metadataType: one of ${Object.keys(MEMBERS).join(", ")}.`);
  }
  const unknown = Object.keys(members).find((name) => name !== type.member);
  if (unknown !== undefined) throw badRequest(`json: unknown field "${unknown.slice(0, 100)}" of ${metadataType}.`);
  return type.parse(members[type.member] ?? undefined);
}

function text(value: unknown, member: string): string {
  if (typeof value === "string" && value.isWellFormed()) return value;
  throw badRequest(`${member} must be a string.`);
}

function int32(value: unknown): string {
  const number = typeof value === "string" && /^[+-]?\d{1,11}$/.test(value) ? Number(value) : Number.NaN;
  if (number >= LOWEST_INT && number <= HIGHEST_INT) return String(number);
  throw badRequest("int_value must be a 32-bit integer in a string.");
}

function double(value: unknown): number {
  const number = typeof value === "number" || typeof value === "bigint" ? Number(value) : Number.NaN;
  if (Number.isFinite(number)) return number;
  throw badRequest("double_value must be a number that fits into 64 bits.");
}

function bool(value: unknown): boolean {
  if (typeof value === "boolean") return value;
  throw badRequest("bool_value must be true or false.");
}

function base64(value: unknown): string {
  if (typeof value === "string" && Buffer.from(value, "base64").toString("base64") === value) return value;
  throw badRequest("struct_value must be JSON in base64.");
}

/** Typed values as the registry keeps them: as the text that other clients see. */
export function toCoreProperties(values: Readonly<Record<string, MetadataValue>>): Property[] {
  return Object.entries(values).map(([key, value]) => ({ key, ...toCoreValue(value) }));
}

function toCoreValue(value: MetadataValue): Omit<Property, "key"> {
  switch (value.metadataType) {
    case "MetadataStringValue":
      return { type: "string", value: value.string_value };
    case "MetadataIntValue":
      return { type: "int", value: value.int_value };
    case "MetadataDoubleValue":
      return { type: "double", value: String(value.double_value) };
    case "MetadataBoolValue":
      return { type: "bool", value: String(value.bool_value) };
    case "MetadataStructValue":
      return structProperty(value.struct_value);
  }
}

/** JSON is kept as it is, so that other clients can read it; anything else in base64. */
function structProperty(encoded: string): { type: "struct" | "bytes"; value: string } {
  const bytes = Buffer.from(encoded, "base64");
  const decoded = bytes.toString();
  const isText = !decoded.includes("\0") && Buffer.from(decoded).equals(bytes);
  return isText && isJson(decoded) ? { type: "struct", value: decoded } : { type: "bytes", value: encoded };
}

function isJson(candidate: string): boolean {
  try {
    JSON.parse(candidate);
    return true;
  } catch {
    return false;
  }
}

/** Properties as the wire has them, by key. */
export function toWireProperties(properties: readonly Property[]): Record<string, MetadataValue> {
  const values: Record<string, MetadataValue> = {};
  for (const property of properties) define(values, property.key, toWireValue(property));
  return values;
}

/** Also where the key is `__proto__`. */
function define(values: Record<string, MetadataValue>, key: string, value: MetadataValue): void {
  if (key !== "__proto__") values[key] = value;
  else Object.defineProperty(values, key, { value, enumerable: true, configurable: true, writable: true });
}

function toWireValue({ type, value }: Property): MetadataValue {
  switch (type) {
    case "string":
      return { metadataType: "MetadataStringValue", string_value: value };
    case "int":
      return { int_value: value, metadataType: "MetadataIntValue" };
    case "double":
      return { double_value: Number(value), metadataType: "MetadataDoubleValue" };
    case "bool":
      return { bool_value: value === "true", metadataType: "MetadataBoolValue" };
    case "struct":
      return { metadataType: "MetadataStructValue", struct_value: Buffer.from(value).toString("base64") };
    case "bytes":
      return { metadataType: "MetadataStructValue", struct_value: value };
  }
}
