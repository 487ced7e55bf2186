import type { DatasetSchema, FieldType, RecordContent } from "./evaluation-datasets.ts";

/** The schema with the fields that these records add; the type that a field had first stays. */
export function extendSchema(schema: DatasetSchema | undefined, records: readonly RecordContent[]): DatasetSchema {
  const extended: DatasetSchema = structuredClone(schema) ?? {
    inputs: {},
    outputs: {},
    expectations: {},
    version: "1.0",
  };
  for (const { inputs, outputs, expectations } of records) {
    addFields(extended.inputs, inputs);
    addFields(extended.expectations, expectations ?? {});
    extended.outputs = extendOutputs(extended.outputs, outputs);
  }
  return extended;
}

function extendOutputs(known: DatasetSchema["outputs"], outputs: unknown): DatasetSchema["outputs"] {
  if (outputs === undefined || outputs === null || typeof known === "string") return known;
  if (typeOf(outputs) === "object") return addFields(known, outputs as Record<string, unknown>);
  return Object.keys(known).length === 0 ? typeOf(outputs) : known;
}

function addFields(fields: Record<string, FieldType>, values: Record<string, unknown>): Record<string, FieldType> {
  for (const [name, value] of Object.entries(values)) if (!Object.hasOwn(fields, name)) fields[name] = typeOf(value);
  return fields;
}

function typeOf(value: unknown): FieldType {
  if (value === null || value === undefined) return "null";
  if (Array.isArray(value)) return "array";
  switch (typeof value) {
    case "boolean":
    case "string":
    case "object":
      return typeof value as FieldType;
    case "number":
      return Number.isInteger(value) ? "integer" : "float";
    default:
      return "integer";
  }
}
