import type { Timestamp } from "../../core/model/values.ts";

/** What JSON can say. */
export type Plain = string | number | bigint | boolean | null | Plain[] | { [key: string]: Plain };

interface BsonValue {
  _bsontype: string;
  toString(): string;
}

/**
 * A value of MongoDB as JSON: times become ISO 8601, ids and decimals text, bytes base64. Numbers that JavaScript can't hold stay exact,
 * and those that JSON can't say become text: NaN. Undefined for what says nothing.
 */
function toPlain(value: unknown): Plain | undefined {
  if (typeof value === "number") return Number.isFinite(value) ? value : String(value);
  if (typeof value === "string" || typeof value === "boolean" || typeof value === "bigint" || value === null)
    return value;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? undefined : value.toISOString();
  if (Array.isArray(value)) return value.map((item) => toPlain(item) ?? null);
  if (value instanceof RegExp) return String(value);
  if (isBson(value)) return plainBson(value);
  return typeof value === "object" ? toPlainObject(value) : undefined;
}

/** The fields that say something. */
export function toPlainObject(object: object): { [key: string]: Plain } {
  const entries = Object.entries(object).map(([key, value]) => [key, toPlain(value)] as const);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined)) as { [key: string]: Plain };
}

/** An id as the earlier registry's clients know it; undefined for what they can't name. */
export function idText(id: unknown): string | undefined {
  if (typeof id === "string") return id === "" ? undefined : id;
  if (typeof id === "number" || typeof id === "bigint") return String(id);
  if (isBson(id) && ["ObjectId", "Long"].includes(id._bsontype)) return id.toString();
  return undefined;
}

/** When MongoDB made an id, where it says so. */
export function timeOfId(id: unknown): Timestamp | undefined {
  const isObjectId = isBson(id) && id._bsontype === "ObjectId";
  return isObjectId ? (id as BsonValue & { getTimestamp(): Date }).getTimestamp().getTime() : undefined;
}

function isBson(value: unknown): value is BsonValue {
  return typeof value === "object" && value !== null && "_bsontype" in value;
}

function plainBson(value: BsonValue): Plain | undefined {
  switch (value._bsontype) {
    case "Long":
      return BigInt(value.toString());
    case "Int32":
    case "Double":
      return toPlain(Number(value.toString()));
    case "Binary":
      return Buffer.from((value as BsonValue & { value(): Uint8Array }).value()).toString("base64");
    case "MinKey":
    case "MaxKey":
      return undefined;
    default:
      return value.toString();
  }
}
