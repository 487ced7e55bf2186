import type { JsonSchema } from "../../protocols/json-schema.ts";
import { type Content, type OpenApiDocument, type OpenApiOperation, parameterSchema } from "../../protocols/openapi.ts";

/** A contract as a client knows it. Types are text: `string`, …, the name of a model or an enum, `list of …`, `map of …`. */
export interface Contract {
  operations: ContractOperation[];
  models: Record<string, { oneOf?: string[]; fields?: Record<string, ContractField> }>;
  /** The values of each. */
  enums: Record<string, string[]>;
}

interface ContractOperation {
  name: string;
  method: string;
  path: string;
  pathParameters: Record<string, string>;
  query: Record<string, string>;
  body: string | null;
  /** The type of each status. */
  responses: Record<string, string>;
}

interface ContractField {
  type: string;
  required: boolean;
  /** Of a text that is one of few. */
  values: string[];
}

/** What a document says, in the words in which a client's package can be described. */
export function contractOf({ paths, components }: OpenApiDocument): Contract {
  const schemas = Object.entries(components.schemas);
  return {
    operations: Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => toOperation(method.toUpperCase(), path, operation)),
    ),
    models: Object.fromEntries(
      schemas.filter(([, schema]) => !schema.enum).map(([name, schema]) => [name, toModel(schema)]),
    ),
    enums: Object.fromEntries(schemas.flatMap(([name, schema]) => (schema.enum ? [[name, [...schema.enum]]] : []))),
  };
}

function jsonOf(content: Content): JsonSchema {
  return content["application/json"]?.schema ?? {};
}

function toOperation(method: string, path: string, operation: OpenApiOperation): ContractOperation {
  const { operationId, parameters, requestBody, responses } = operation;
  const parametersIn = (place: string) =>
    Object.fromEntries(
      parameters.filter((each) => each.in === place).map((each) => [each.name, typeName(parameterSchema(each))]),
    );
  return {
    name: operationId,
    method,
    path,
    pathParameters: parametersIn("path"),
    query: parametersIn("query"),
    body: requestBody ? typeName(jsonOf(requestBody.content)) : null,
    responses: Object.fromEntries(
      Object.entries(responses).map(([status, { content }]) => [
        status,
        content ? typeName(jsonOf(content)) : "nothing",
      ]),
    ),
  };
}

function toModel({ properties, required = [], ...schema }: JsonSchema): Contract["models"][string] {
  const variants = schema.oneOf ?? schema.anyOf;
  if (variants) return { oneOf: variants.map(typeName) };
  return {
    fields: Object.fromEntries(
      Object.entries(properties ?? {}).map(([name, property]) => [
        name,
        { type: typeName(property), required: required.includes(name), values: [...(property.enum ?? [])] },
      ]),
    ),
  };
}

function typeName(schema: JsonSchema): string {
  const { $ref, allOf, items, additionalProperties, type } = schema;
  if ($ref) return $ref.slice($ref.lastIndexOf("/") + 1);
  if (allOf?.[0]) return typeName(allOf[0]);
  if (items) return `list of ${typeName(items)}`;
  if (additionalProperties) return `map of ${typeName(additionalProperties)}`;
  return type ?? "anything";
}

/** What is said of an operation, a model or an enum, by a name for each single fact. */
type Facts = ReadonlyMap<string, string>;

/** Every difference between what a client knows and what is served, one a line. */
export function differencesBetween(client: Contract, served: Contract): string[] {
  const [theirs, ours] = [factsOf(client), factsOf(served)];
  return [...theirs.keys(), ...[...ours.keys()].filter((name) => !theirs.has(name))].flatMap((name) => {
    const [known, given] = [theirs.get(name), ours.get(name)];
    if (known === undefined) return [`${name}: not known to the client`];
    return given === undefined ? [`${name}: not served`] : compare(name, known, given);
  });
}

function compare(name: string, known: Facts, given: Facts): string[] {
  return [...new Set([...known.keys(), ...given.keys()])].flatMap((fact) => {
    const [value, ours] = [known.get(fact), given.get(fact)];
    if (value === ours) return [];
    if (value === undefined) return [`${name} ${fact}: not known to the client`];
    return [`${name} ${fact}: ${ours === undefined ? "not served" : `${ours} instead of ${value}`}`];
  });
}

function factsOf({ operations, models, enums }: Contract): Map<string, Facts> {
  return new Map([
    ...operations.map((operation) => [operation.name, operationFacts(operation)] as const),
    ...Object.entries(models).map(([name, model]) => [`model ${name}`, modelFacts(model)] as const),
    ...Object.entries(enums).map(
      ([name, values]) => [`enum ${name}`, new Map(values.map((value) => [value, ""]))] as const,
    ),
  ]);
}

function operationFacts({ method, path, pathParameters, query, body, responses }: ContractOperation): Facts {
  return new Map([
    // What the parameters of a path are called does not show on the wire.
    ["request", `${method} ${path.replace(/\{\w+\}/g, "{}")}`],
    ["body", String(body)],
    ...Object.values(pathParameters).map((type, index): [string, string] => [`path parameter ${index}`, type]),
    ...Object.entries(query).map(([parameter, type]): [string, string] => [`query ${parameter}`, type]),
    ...Object.entries(responses).map(([status, type]): [string, string] => [`status ${status}`, type]),
  ]);
}

function modelFacts({ oneOf = [], fields = {} }: Contract["models"][string]): Facts {
  return new Map([
    ...oneOf.map((variant): [string, string] => [`variant ${variant}`, ""]),
    ...Object.entries(fields).flatMap(([field, { type, required, values }]): [string, string][] => [
      [`field ${field}`, required ? `required ${type}` : type],
      ...values.map((value): [string, string] => [`field ${field} value ${value}`, ""]),
    ]),
  ]);
}
