import { type Asset, type AssetKind, parseRunValueId } from "../../../core/model/assets.ts";
import type { AssetChanges, NewAssetValues } from "../../../core/ops/asset-values.ts";
import { badRequest, KubeflowError } from "../errors.ts";
import type { MetadataValue, ResourceSchema } from "../schema/fields.ts";
import { parseBody } from "./body.ts";
import { toCoreProperties } from "./metadata-values.ts";
import { parseId } from "./query.ts";

type Fields = Readonly<Record<string, unknown>>;

/** The core's kinds of assets, by the contract's types of artifacts. */
const KINDS: Readonly<Record<string, AssetKind>> = {
  "model-artifact": "model",
  "doc-artifact": "document",
  "dataset-artifact": "dataset",
  metric: "metric",
  parameter: "parameter",
};

const TYPES = new Map(Object.entries(KINDS).map(([type, kind]) => [kind, type]));

export function toArtifactType(kind: AssetKind): string {
  return TYPES.get(kind) ?? kind;
}

/** What an artifact of a kind is called in messages. */
export function toWords(kind: AssetKind): string {
  return `${toArtifactType(kind).replace("-artifact", "")} artifact`;
}

/** The kinds that a list is asked for; undefined for all. Throws 400. */
export function parseArtifactType(type: string | undefined): AssetKind[] | undefined {
  if (!type) return undefined;
  const kind = Object.hasOwn(KINDS, type) ? KINDS[type] : undefined;
  if (kind === undefined) throw badRequest(`invalid artifact type ${type.slice(0, 100)}: bad request`);
  return [kind];
}

/** The number of an artifact: 32 bits, or the longer number of a metric or parameter of a run. Throws 400, and 404 for a longer one that none has. */
export function parseArtifactId(name: string, text: string): number {
  if (!/^\d{16}$/.test(text)) return parseId(name, text);
  const id = Number(text);
  if (Number.isSafeInteger(id) && parseRunValueId(id)) return id;
  throw new KubeflowError(404, `no artifact found for id ${text}: not found`);
}

/** The schema of the type that a body says that it is. Throws 400 for none. */
export function schemaOfBody(schemas: readonly ResourceSchema[], { artifactType }: Fields): ResourceSchema {
  const schema = schemas.find(({ fields }) => typeOf(fields.artifactType) === artifactType);
  if (schema !== undefined) return schema;
  throw badRequest(`invalid artifactType: send one of ${Object.keys(KINDS).join(", ")}: bad request`);
}

/** The schema of artifacts of a kind. */
export function schemaOfKind(schemas: readonly ResourceSchema[], kind: AssetKind): ResourceSchema {
  return schemaOfBody(schemas, { artifactType: toArtifactType(kind) });
}

/** The kind of the artifacts that have a schema. */
export function kindOf({ name, fields }: ResourceSchema): AssetKind {
  const kind = KINDS[typeOf(fields.artifactType) ?? ""];
  if (kind === undefined) throw new Error(`${name} is no artifact`);
  return kind;
}

function typeOf(field: ResourceSchema["fields"][string] | undefined): string | undefined {
  return field?.type.kind === "constant" ? field.type.value : undefined;
}

/** Reads the body of a new artifact. Throws 400, also for a metric without a value. */
export function parseNewArtifact(schema: ResourceSchema, body: "create" | "full", fields: Fields): NewAssetValues {
  const values = parseBody(schema, body, withTextStep(schema, fields)) as Fields;
  const kind = kindOf(schema);
  if (kind === "metric" && values.value === undefined) throw badRequest("metric value is required: bad request");
  const { name } = values as { name?: string };
  return { ...toCoreChanges(kind, values), kind, ...(name !== undefined && { name }) };
}

/** Reads the body of a change. Throws 400. */
export function parseArtifactChanges(schema: ResourceSchema, body: "update" | "full", fields: Fields): AssetChanges {
  const given = withTextStep(schema, fields);
  const values = body === "full" ? parseBody(schema, body, given) : parseBody(schema, body, given);
  return toCoreChanges(kindOf(schema), values);
}

/** Where the contract says that steps are texts, upstream's own server takes numbers alone: both will do. */
function withTextStep({ fields: { step: field } }: ResourceSchema, fields: Fields): Fields {
  const { step } = fields;
  const isNumber = typeof step === "number" || typeof step === "bigint";
  return field?.type.kind === "int64-text" && isNumber ? { ...fields, step: String(step) } : fields;
}

/** What of a body's values may be changed, under the core's names. */
function toCoreChanges(kind: AssetKind, values: Fields): AssetChanges {
  const { artifactType, name, id, experimentId, experimentRunId, ...given } = values;
  const { customProperties, parameterType, value, ...alike } = given;
  return {
    ...alike,
    ...(customProperties !== undefined && {
      properties: toCoreProperties(customProperties as Record<string, MetadataValue>),
    }),
    ...(parameterType !== undefined && { valueType: parameterType as NonNullable<Asset["valueType"]> }),
    ...(value !== undefined && { [kind === "parameter" ? "text" : "value"]: value }),
  };
}
