import type { JsonSchema, Placement } from "../../json-schema.ts";

const INT32_TEXT = "^-?[0-9]{1,9}$";

/** The member that holds the value of each type of custom property. Protocol buffers are left out: no server of this contract takes them. */
const VALUES: Readonly<Record<string, Readonly<Record<string, JsonSchema>>>> = {
  MetadataIntValue: { int_value: { type: "string", format: "int32", pattern: INT32_TEXT } },
  MetadataDoubleValue: { double_value: { type: "number", format: "double" } },
  MetadataStringValue: { string_value: { type: "string" } },
  MetadataStructValue: { struct_value: { type: "string", format: "byte", description: "JSON in base64." } },
  MetadataBoolValue: { bool_value: { type: "boolean" } },
};

/** A map of typed values by key. */
export function propertiesSchema(place: Placement): JsonSchema {
  return { type: "object", additionalProperties: place("MetadataValue", metadataValueSchema(place)) };
}

function metadataValueSchema(place: Placement): JsonSchema {
  const variants = Object.entries(VALUES).map(
    ([name, value]) => [name, place(name, variantSchema(name, value))] as const,
  );
  return {
    description: "A value of a custom property, with its type.",
    oneOf: variants.map(([, variant]) => variant),
    discriminator: { propertyName: "metadataType", mapping: mappingOf(variants) },
  };
}

function variantSchema(name: string, value: Readonly<Record<string, JsonSchema>>): JsonSchema {
  return {
    type: "object",
    properties: { ...value, metadataType: { type: "string", enum: [name], default: name } },
    required: [...Object.keys(value), "metadataType"],
    additionalProperties: false,
  };
}

/** Which schema each value of a discriminator stands for; those that are in place have no name to give. */
export function mappingOf(variants: readonly (readonly [string, JsonSchema])[]): Record<string, string> {
  return Object.fromEntries(variants.flatMap(([value, { $ref }]) => ($ref === undefined ? [] : [[value, $ref]])));
}
