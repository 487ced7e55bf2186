import type { OpenApiDocument, OpenApiOperation, Parameter } from "../../openapi.ts";
import type { Route } from "../../route.ts";
import { DESCRIPTIONS } from "./operations.ts";
import { SCHEMAS } from "./schemas.ts";

/** Classes of generated clients are named after it. */
const TAG = "ModelFiles";

const PATH_PARAMETERS: Readonly<Record<string, string>> = {
  metadata_id: "The number of the version, or the id that a client chose for it.",
  path: "The file's path in the model's folder.",
  name: "Any name that ends in .tar or .zip.",
};

/** The document of those routes that are described: what follows tus has its own specification, and signed URLs are given, not made. */
export function binaryDocument(routes: readonly Route[]): OpenApiDocument {
  const paths: OpenApiDocument["paths"] = {};
  for (const route of routes) {
    const description = DESCRIPTIONS[route.operation];
    if (description === undefined) continue;
    const path = openApiPath(route);
    paths[path] ??= {};
    paths[path][route.method.toLowerCase()] = {
      ...description,
      operationId: route.method === "HEAD" ? `${route.operation}Head` : route.operation,
      tags: [TAG],
      parameters: [...pathParameters(path), ...description.parameters],
      responses: route.method === "HEAD" ? withoutContent(description.responses) : description.responses,
    };
  }
  return {
    openapi: "3.0.3",
    info: {
      title: "modelregistry",
      description: "Models with their bytes.",
      version: "v1",
      license: { name: "Apache-2.0" },
    },
    servers: [{ url: "/" }],
    tags: [{ name: TAG, description: "Models with their bytes: each is a version of a registered model." }],
    paths,
    components: { schemas: { ...SCHEMAS } },
  };
}

/** `*` is the rest of the path: what it stands for is in the operation. */
function openApiPath({ path, operation }: Route): string {
  const rest = operation === "getModelFile" ? "{path}" : "{name}";
  return path.replace(/:(\w+)/g, "{$1}").replace(/\*$/, rest);
}

function pathParameters(path: string): Parameter[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => ({
    name,
    in: "path",
    required: true,
    description: PATH_PARAMETERS[name] ?? "",
    schema: { type: "string", minLength: 1 },
  }));
}

function withoutContent(responses: OpenApiOperation["responses"]): OpenApiOperation["responses"] {
  return Object.fromEntries(
    Object.entries(responses).map(([status, { content: _content, ...response }]) => [status, response]),
  );
}
