import type { JsonSchema, Placement } from "../../json-schema.ts";
import type { Parameter } from "../../openapi.ts";
import { ORDERS } from "../wire/list-query.ts";
import type { QueryParameter } from "../wire/query.ts";
import { ID_TEXT } from "./resource-schemas.ts";

interface Description {
  readonly description: string;
  readonly schema: JsonSchema;
  /** Of a schema that the contract has a name for. */
  readonly schemaName?: string;
}

/** Metrics and parameters of runs have longer ones. */
const ARTIFACT_ID_TEXT: JsonSchema = { type: "string", format: "int64", pattern: "^(-?1?[0-9]{1,9}|[0-9]{16})$" };

const text: JsonSchema = { type: "string" };
const nextPageToken = {
  description: "The `nextPageToken` of the page before; empty for the first page.",
  schema: text,
};

const DESCRIPTIONS: { readonly [Name in QueryParameter]: Description } = {
  filterQuery: {
    description:
      "What the items must fulfil, such as `name LIKE 'fraud-%' AND (accuracy > 0.9 OR state = 'ARCHIVED')`: " +
      "fields and custom properties, compared by `= != <> < > <= >= LIKE ILIKE IN` and `IS NULL`, joined by `AND`, `OR`, `NOT`.",
    schema: text,
  },
  name: { description: "The whole name.", schema: text },
  externalId: { description: "The client's own id; not looked at where there is a name.", schema: text },
  parentResourceId: { description: "The id of the resource that the name is unique in.", schema: ID_TEXT },
  artifactType: {
    description: "The only type of artifact to list.",
    schema: {
      type: "string",
      enum: ["model-artifact", "doc-artifact", "dataset-artifact", "metric", "parameter"],
    },
    schemaName: "ArtifactTypeQueryParam",
  },
  stepIds: {
    description: "The only steps to list, separated by commas.",
    schema: { type: "string", pattern: "^(-?[0-9]{1,18}(,-?[0-9]{1,18})*)?$" },
  },
  pageSize: {
    description: "Most items of a page; 0, or less, asks for everything.",
    schema: { type: "integer", format: "int32", minimum: -(2 ** 31) + 1, maximum: 2 ** 31 - 1 },
  },
  orderBy: {
    description: "What to sort by; by id where nothing is said.",
    schema: { type: "string", enum: Object.keys(ORDERS) },
    schemaName: "OrderByField",
  },
  sortOrder: {
    description: "Which way to sort; upwards where nothing is said.",
    schema: { type: "string", enum: ["ASC", "DESC"] },
    schemaName: "SortOrder",
  },
  nextPageToken,
  pageToken: { ...nextPageToken, description: "Another name for `nextPageToken`, which wins." },
};

export function queryParameter(name: QueryParameter, place: Placement): Parameter {
  const { description, schema, schemaName } = DESCRIPTIONS[name];
  return {
    name,
    in: "query",
    required: false,
    description,
    schema: schemaName === undefined ? schema : place(schemaName, schema),
  };
}

/** The parameters in a path, which has them as `:name`. */
export function pathParameters(path: string): Parameter[] {
  return [...path.matchAll(/:(\w+)/g)].map(([, name = ""]) => ({
    name,
    in: "path",
    required: true,
    description: "The resource's id.",
    // The contract calls the id of an artifact `id`, and others after their resources.
    schema: name === "id" ? ARTIFACT_ID_TEXT : ID_TEXT,
  }));
}
