import type { PropertyType } from "../../../core/model/properties.ts";
import type { WellKnownField } from "./filter-fields.ts";
import { excerpt, InvalidFilterQuery } from "./invalid-filter-query.ts";
import { parseNumber } from "./numbers.ts";
import type { Property } from "./properties.ts";
import type { Token } from "./tokens.ts";

/** A value as written; a boolean has the value `true` or `false`. */
export type Literal =
  | Extract<Token, { kind: "string" }>
  | Extract<Token, { kind: "integer" | "float" }>
  | { kind: "boolean"; value: string; text: string; position: number };

/** A value as the core compares it. */
export type Value = string | number | bigint;

/**
 * The types that a condition with these values is about. Where the query does not say it, an integer is compared with both int
 * and double properties, any other value with properties of its own type.
 */
export function typesOf(property: Property, literals: readonly Literal[]): readonly PropertyType[] {
  if (property.kind === "wellKnown") return [NUMBERS.has(property.field.type) ? "double" : "string"];
  if (property.type !== undefined) return [property.type];
  if (literals.some(({ kind }) => kind === "integer")) return ["int", "double"];
  return literals.slice(0, 1).map(({ kind }) => TYPE_OF[kind]);
}

/** The value as the core compares it with properties of these types. Throws InvalidFilterQuery where it is none of such. */
export function toValue(property: Property, types: readonly PropertyType[], literal: Literal): Value {
  switch (types[0]) {
    case "bool":
      return booleanOf(property, literal);
    case "int":
    case "double":
      return numberOf(property, literal);
    default:
      if (literal.kind === "string") return literal.value;
      throw mismatch(property, "a text in quotes", literal);
  }
}

const TYPE_OF: Readonly<Record<Literal["kind"], PropertyType>> = {
  string: "string",
  boolean: "bool",
  integer: "int",
  float: "double",
};

const NUMBERS: ReadonlySet<WellKnownField["type"]> = new Set(["integer", "number", "numberOrText"]);

function booleanOf(property: Property, literal: Literal): string {
  const value =
    literal.kind === "boolean" || isUnquotable(property, literal) ? String(literal.value).toLowerCase() : "";
  if (value !== "true" && value !== "false") throw mismatch(property, "true or false", literal);
  return value;
}

function numberOf(property: Property, literal: Literal): number | bigint {
  if (literal.kind === "integer" || literal.kind === "float") return literal.value;
  const number = isUnquotable(property, literal) ? parseNumber(literal.value) : undefined;
  if (number === undefined) throw mismatch(property, "a number", literal);
  return number;
}

/** A value in quotes may be one of another type where the property leaves no doubt which. */
function isUnquotable(property: Property, literal: Literal): literal is Literal & { kind: "string" } {
  return literal.kind === "string" && (property.kind === "wellKnown" || property.type !== undefined);
}

function mismatch({ name }: Property, expected: string, { text, position }: Literal): InvalidFilterQuery {
  return new InvalidFilterQuery(`compare ${excerpt(name)} with ${expected}, not with ${excerpt(text)}`, position);
}
