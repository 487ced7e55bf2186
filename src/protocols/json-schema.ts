/** What this project's schemas use of JSON Schema, in the dialect of OpenAPI 3.0. */
export interface JsonSchema {
  $ref?: string;
  type?: "string" | "integer" | "number" | "boolean" | "array" | "object";
  description?: string;
  format?: string;
  pattern?: string;
  minLength?: number;
  maxLength?: number;
  minimum?: number | bigint;
  maximum?: number | bigint;
  enum?: readonly string[];
  default?: string;
  readOnly?: true;
  nullable?: true;
  items?: JsonSchema;
  properties?: Readonly<Record<string, JsonSchema>>;
  required?: readonly string[];
  additionalProperties?: JsonSchema | false;
  oneOf?: readonly JsonSchema[];
  anyOf?: readonly JsonSchema[];
  allOf?: readonly JsonSchema[];
  discriminator?: { propertyName: string; mapping: Readonly<Record<string, string>> };
}

/** Where a schema with a name goes: among a document's components, which gives a reference to it, or right where it is used. */
export type Placement = (name: string, schema: JsonSchema) => JsonSchema;

export const inPlace: Placement = (_name, schema) => schema;
