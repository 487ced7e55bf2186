import type { JsonSchema } from "./json-schema.ts";

/** An OpenAPI document. It is of 3.0, which every generator of clients reads; 3.1 would only add lengths of keys. */
export interface OpenApiDocument {
  openapi: "3.0.3";
  info: { title: string; description: string; version: string; license: { name: string } };
  servers: { url: string }[];
  tags: { name: string; description: string }[];
  /** By path and method. */
  paths: Record<string, Record<string, OpenApiOperation>>;
  components: { schemas: Record<string, JsonSchema> };
}

export interface OpenApiOperation {
  operationId: string;
  summary: string;
  description?: string;
  tags: string[];
  deprecated?: true;
  parameters: Parameter[];
  requestBody?: { required: boolean; content: Content };
  responses: Record<string, Response>;
}

export interface Parameter {
  name: string;
  in: "path" | "query" | "header";
  required: boolean;
  description: string;
  schema?: JsonSchema;
  /** Of text that is written in another language, instead of a schema. */
  content?: JsonContent;
}

export function parameterSchema({ schema, content }: Parameter): JsonSchema {
  return schema ?? content?.["application/json"].schema ?? {};
}

export interface Response {
  description: string;
  headers?: Readonly<Record<string, ResponseHeader>>;
  content?: Content;
}

export interface ResponseHeader {
  description: string;
  required?: true;
  schema: JsonSchema;
}

/** By media type. */
export type Content = Readonly<Record<string, { schema: JsonSchema }>>;

export type JsonContent = { "application/json": { schema: JsonSchema } };

/** One document of several, whose paths and schemas have different names. */
export function mergeDocuments(first: OpenApiDocument, ...others: readonly OpenApiDocument[]): OpenApiDocument {
  const documents = [first, ...others];
  return {
    ...first,
    tags: documents.flatMap(({ tags }) => tags),
    paths: Object.assign({}, ...documents.map(({ paths }) => paths)),
    components: { schemas: Object.assign({}, ...documents.map(({ components }) => components.schemas)) },
  };
}
