import type { JsonSchema, Placement } from "../../json-schema.ts";
import type { FieldSchema, FieldType, ResourceSchema, Resources } from "../schema/fields.ts";
import { type BodyKind, isWritable } from "../wire/body.ts";
import { mappingOf, propertiesSchema } from "./metadata-values.ts";

/** The number of a resource: 32 bits, but for the last ones, which would make the pattern unreadable. */
export const ID_TEXT: JsonSchema = { type: "string", format: "int32", pattern: "^-?1?[0-9]{1,9}$" };

/** Text of a 64-bit integer. What a client may send lacks the last two per cent of the range, which would make the pattern unreadable. */
const SENT_INT64_TEXT = "^-?([0-9]{1,18}|[1-8][0-9]{18})$";
const ANY_INT64_TEXT = "^-?[0-9]{1,19}$";

const SUFFIXES: Readonly<Record<BodyKind, string>> = { full: "", create: "Create", update: "Update" };

/** The schema of a resource, or of one of several that `artifactType` tells apart. `full`: also what the server answers. */
export function resourcesSchema(resources: Resources, kind: BodyKind, place: Placement): JsonSchema {
  if (!Array.isArray(resources)) return resourceSchema(resources as ResourceSchema, kind, place);
  const variants = (resources as readonly ResourceSchema[]).map(
    (resource) => [artifactTypeOf(resource), resourceSchema(resource, kind, place)] as const,
  );
  return place(`Artifact${SUFFIXES[kind]}`, {
    description: "An artifact of any type: `artifactType` tells which.",
    ...oneOfVariants(
      kind,
      variants.map(([, variant]) => variant),
    ),
    discriminator: { propertyName: "artifactType", mapping: mappingOf(variants) },
  });
}

/** An update may leave the type out, and then fits the updates of several types. */
function oneOfVariants(kind: BodyKind, variants: readonly JsonSchema[]): JsonSchema {
  return kind === "update"
    ? { type: "object", anyOf: variants }
    : { type: "object", oneOf: variants, required: ["artifactType"] };
}

function artifactTypeOf({ name, fields: { artifactType } }: ResourceSchema): string {
  if (artifactType?.type.kind === "constant") return artifactType.type.value;
  throw new Error(`${name} has no artifactType that tells it from others`);
}

function resourceSchema({ name, description, fields }: ResourceSchema, kind: BodyKind, place: Placement): JsonSchema {
  const included = Object.entries(fields).filter(([, field]) => kind === "full" || isWritable(field, kind));
  const required = included.flatMap(([field, { required }]) => (required ? [field] : []));
  return place(name + SUFFIXES[kind], {
    type: "object",
    description,
    properties: Object.fromEntries(included.map(([field, schema]) => [field, fieldSchema(schema, kind, place)])),
    ...(required.length > 0 && kind !== "update" && { required }),
    // What is answered stays open, so that clients that were generated from this take what a later version adds.
    ...(kind !== "full" && { additionalProperties: false }),
  });
}

/** A page of resources. */
export function listSchema(resources: Resources, place: Placement): JsonSchema {
  const items = resourcesSchema(resources, "full", place);
  const name = Array.isArray(resources) ? "Artifact" : (resources as ResourceSchema).name;
  return place(`${name}List`, {
    type: "object",
    description: "A page of a list.",
    properties: {
      items: { type: "array", items },
      nextPageToken: { type: "string", description: "Gives the next page; empty on the last one." },
      pageSize: { type: "integer", format: "int32", description: "As it was asked for; 0: everything." },
      size: { type: "integer", format: "int32", description: "How many items this page has." },
    },
    required: ["items", "nextPageToken", "pageSize", "size"],
  });
}

function fieldSchema(field: FieldSchema, kind: BodyKind, place: Placement): JsonSchema {
  const { type, access, description, required } = field;
  return {
    ...typeSchema(type, kind, place),
    description,
    ...(type.kind === "text" && required && { minLength: 1 }),
    ...(access === "read-only" && { readOnly: true as const }),
  };
}

function typeSchema(type: FieldType, kind: BodyKind, place: Placement): JsonSchema {
  switch (type.kind) {
    case "text":
      return textSchema(type, kind);
    case "id":
      return ID_TEXT;
    case "int64-text":
      return { type: "string", format: "int64", pattern: kind === "full" ? ANY_INT64_TEXT : SENT_INT64_TEXT };
    case "int64":
      return { type: "integer", format: "int64", minimum: -(2n ** 63n), maximum: 2n ** 63n - 1n };
    case "double":
      return { type: "number", format: "double" };
    case "texts":
      return { type: "array", items: { type: "string" } };
    case "enum":
      return enumSchema(type, kind, place);
    case "constant":
      return { type: "string", enum: [type.value], default: type.value };
    case "properties":
      return propertiesSchema(place);
  }
}

/** What other clients have made may be longer than what can be made here. */
function textSchema({ maximumLength }: Extract<FieldType, { kind: "text" }>, kind: BodyKind): JsonSchema {
  return { type: "string", ...(kind !== "full" && maximumLength !== undefined && { maxLength: maximumLength }) };
}

/** A default belongs to creations alone: clients would send it with each update, and undo what was set before. */
function enumSchema(
  { name, values, default: initial }: Extract<FieldType, { kind: "enum" }>,
  kind: BodyKind,
  place: Placement,
): JsonSchema {
  const named = place(name, { type: "string", enum: values });
  return { allOf: [named], ...(kind === "create" && initial !== undefined && { default: initial }) };
}
