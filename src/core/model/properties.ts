/**
 * Types of custom properties. A string property is a tag for MLflow; the others show there as text. `struct` is JSON text; `bytes`
 * is what was sent as a struct and is no JSON, kept in base64.
 */
export type PropertyType = "string" | "int" | "double" | "bool" | "struct" | "bytes";

/** A custom property: `value` is its text as MLflow shows it: decimal digits, `0.5`, `true`, JSON; of a number, the shortest. */
export interface Property {
  key: string;
  type: PropertyType;
  value: string;
}
