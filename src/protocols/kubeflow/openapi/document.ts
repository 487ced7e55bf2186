import { isDeepStrictEqual } from "node:util";
import type { JsonSchema, Placement } from "../../json-schema.ts";
import type { OpenApiDocument, OpenApiOperation } from "../../openapi.ts";
import { API_VERSIONS, type ApiVersion, v1, v1alpha3 } from "../api-versions.ts";
import type { KubeflowOperation } from "../operation.ts";
import { pathParameters, queryParameter } from "./parameters.ts";
import { resourcesSchema } from "./resource-schemas.ts";
import { json, responsesOf } from "./responses.ts";

/** Classes of generated clients are named after it, as after the contract's. */
const TAG = "ModelRegistryService";

/** One version of the contract, under its own names. */
export function versionDocument(operations: readonly KubeflowOperation[], version: ApiVersion): OpenApiDocument {
  const document = emptyDocument(version.name);
  addVersion(document, operations, version, "");
  return document;
}

/** Both versions in one. Names are unique in a document, so operations of v1alpha3 end in V1alpha3. */
export function openApiDocument(operations: readonly KubeflowOperation[]): OpenApiDocument {
  const document = emptyDocument(`${v1.name}, ${v1alpha3.name}`);
  addVersion(document, operations, v1, "");
  addVersion(document, operations, v1alpha3, "V1alpha3");
  return document;
}

function emptyDocument(version: string): OpenApiDocument {
  return {
    openapi: "3.0.3",
    info: {
      title: "Kubeflow Model Registry API",
      description: "One registry, whose records clients of MLflow see too.",
      version,
      license: { name: "Apache-2.0" },
    },
    servers: [{ url: "/" }],
    tags: [{ name: TAG, description: "The registry." }],
    paths: {},
    components: { schemas: {} },
  };
}

function addVersion(
  document: OpenApiDocument,
  operations: readonly KubeflowOperation[],
  version: ApiVersion,
  suffix: string,
): void {
  const place = placeIn(document.components.schemas, suffix);
  for (const operation of operations.filter(({ versions = API_VERSIONS }) => versions.includes(version))) {
    const path = version.prefix + operation.path.replace(/:(\w+)/g, "{$1}");
    document.paths[path] ??= {};
    document.paths[path][operation.method.toLowerCase()] = {
      ...describe(operation, version, place),
      operationId: operation.name + suffix,
    };
  }
}

function describe(
  operation: KubeflowOperation,
  version: ApiVersion,
  place: Placement,
): Omit<OpenApiOperation, "operationId"> {
  const { summary, path, query = [], body } = operation;
  return {
    summary,
    tags: [TAG],
    ...("deprecation" in version.headers && { deprecated: true }),
    parameters: [...pathParameters(path), ...query.map((name) => queryParameter(name, place))],
    ...(body && { requestBody: { required: true, content: json(resourcesSchema(body.of, body.kind, place)) } }),
    responses: responsesOf(operation, version, place),
  };
}

/**
 * Keeps schemas among a document's components. One that is another under the same name in both versions has the suffix for its second
 * meaning, as has then what refers to it.
 */
function placeIn(schemas: Record<string, JsonSchema>, suffix: string): Placement {
  return (name, schema) => {
    const free = [name, name + suffix].find((each) => isDeepStrictEqual(schemas[each] ?? schema, schema));
    if (free === undefined) throw new Error(`two schemas have the name ${name}`);
    schemas[free] = schema;
    return { $ref: `#/components/schemas/${free}` };
  };
}
