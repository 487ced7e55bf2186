import type { Field } from "../../../core/filter/filter.ts";
import type { PropertyType } from "../../../core/model/properties.ts";
import { type FilterFields, findField, type WellKnownField } from "./filter-fields.ts";

/** What stands left of an operator. */
export type Property = { readonly name: string } & (
  | { readonly kind: "wellKnown"; readonly field: WellKnownField }
  /** `type` is what the query asks for with a suffix. */
  | { readonly kind: "custom"; readonly type?: PropertyType }
);

const SUFFIXES: Readonly<Record<string, PropertyType>> = {
  string_value: "string",
  int_value: "int",
  double_value: "double",
  bool_value: "bool",
};

/** The types of the suffixes that mean the field itself: integers are texts on the wire. */
const TYPES_OF: Readonly<Record<WellKnownField["type"], readonly PropertyType[]>> = {
  text: ["string"],
  choice: ["string"],
  numberOrText: ["double", "int", "string"],
  integer: ["int", "string"],
  number: ["double", "int"],
};

/**
 * What a name means, dots and all. A last part such as `.int_value` is a type, in backticks too, where upstream takes no other;
 * with a type that the well-known field of the name does not have, a custom property of that name is meant.
 */
export function toProperty(fields: FilterFields, written: string): Property {
  const { name, type } = splitSuffix(written);
  const field = findField(fields, name);
  if (field !== undefined && (type === undefined || TYPES_OF[field.type].includes(type))) {
    return { kind: "wellKnown", name, field: type === undefined ? field : narrow(field, type === "string") };
  }
  return { kind: "custom", name, ...(type && { type }) };
}

/** Either the number or the text of a field that can be both. */
export function narrow(field: WellKnownField, isText: boolean): WellKnownField {
  if (field.type !== "numberOrText") return field;
  return isText ? { type: "text", attribute: field.textAttribute } : { type: "number", attribute: field.attribute };
}

/** Where the core finds the property, if it has one of these types. */
export function toField(property: Property, types: readonly PropertyType[]): Field {
  if (property.kind === "wellKnown") return { kind: "attribute", name: property.field.attribute };
  return { kind: "property", key: property.name, types };
}

function splitSuffix(written: string): { name: string; type?: PropertyType } {
  const dot = written.lastIndexOf(".");
  const suffix = written.slice(dot + 1);
  if (dot < 0 || !Object.hasOwn(SUFFIXES, suffix)) return { name: written };
  const type = SUFFIXES[suffix];
  return { name: written.slice(0, dot), ...(type && { type }) };
}
