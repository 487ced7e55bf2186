import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { toJson } from "../../../core/json.ts";
import type { OpenApiDocument } from "../../openapi.ts";
import { API_VERSIONS, v1alpha3 } from "../api-versions.ts";
import { kubeflowOperations, kubeflowProtocol } from "../routes.ts";
import { openApiDocument, versionDocument } from "./document.ts";

const documents = new Map<string, OpenApiDocument>([
  ["both versions", openApiDocument(kubeflowOperations)],
  ...API_VERSIONS.map((version) => [version.name, versionDocument(kubeflowOperations, version)] as const),
]);

function operationsOf({ paths }: OpenApiDocument) {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method, path, ...operation })),
  );
}

for (const [name, document] of documents) {
  describe(`the OpenAPI document of ${name}`, () => {
    it("gives each operation a name of its own", () => {
      const names = operationsOf(document).map(({ operationId }) => operationId);
      assert.ok(names.length > 0);
      assert.equal(new Set(names).size, names.length);
    });

    it("has every schema that it refers to, and no other", () => {
      const references = [...toJson(document).matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(([, schema]) => schema);
      assert.deepEqual([...new Set(references)].sort(), Object.keys(document.components.schemas).sort());
    });

    it("declares every parameter of a path", () => {
      for (const { path, parameters } of operationsOf(document)) {
        const declared = parameters.filter((parameter) => parameter.in === "path").map((parameter) => parameter.name);
        assert.deepEqual(
          declared,
          [...path.matchAll(/\{(\w+)\}/g)].map(([, parameter]) => parameter),
        );
      }
    });
  });
}

it("the OpenAPI document of both versions has every route", () => {
  const described = operationsOf(openApiDocument(kubeflowOperations)).map(({ method, path }) => `${method} ${path}`);
  const served = kubeflowProtocol.routes.map(
    ({ method, path }) => `${method.toLowerCase()} ${path.replace(/:(\w+)/g, "{$1}")}`,
  );
  assert.deepEqual(described.sort(), served.sort());
});

it("what is said of v1alpha3's headers is what it sends", () => {
  for (const { responses } of operationsOf(versionDocument(kubeflowOperations, v1alpha3))) {
    for (const { headers = {} } of Object.values(responses)) {
      assert.deepEqual(Object.keys(headers), Object.keys(v1alpha3.headers));
    }
  }
});
