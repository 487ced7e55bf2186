import type { FastifyInstance } from "fastify";
import { toJson } from "../../core/json.ts";
import { type ApiVersion, v1, v1alpha3 } from "../../protocols/kubeflow/api-versions.ts";
import { openApiDocument, versionDocument } from "../../protocols/kubeflow/openapi/document.ts";
import { kubeflowOperations } from "../../protocols/kubeflow/routes.ts";
import { referencePage } from "./api-reference.ts";
import { sendPage } from "./html.ts";

/**
 * The Kubeflow API's OpenAPI documents: at `/openapi.json` both versions together, and below the prefix of each version that one under
 * the contract's own names. `/docs` and `/docs/v1alpha3` show them to people.
 */
export function addApiDocuments(server: FastifyInstance): void {
  addDocument(server, "/openapi.json", () => openApiDocument(kubeflowOperations));
  for (const version of [v1, v1alpha3]) {
    addDocument(server, documentPath(version), () => versionDocument(kubeflowOperations, version));
  }
  addReference(server, "/docs", v1, { href: "/docs/v1alpha3", text: "v1alpha3, with experiments and runs" });
  addReference(server, "/docs/v1alpha3", v1alpha3, { href: "/docs", text: "v1" });
}

function documentPath({ prefix }: ApiVersion): string {
  return `${prefix}/openapi.json`;
}

/** Made when it is first asked for. */
function addDocument(server: FastifyInstance, path: string, make: () => object): void {
  let document: string | undefined;
  server.get(path, (_request, reply) => {
    document ??= `${toJson(make())}\n`;
    return reply.type("application/json; charset=utf-8").header("x-content-type-options", "nosniff").send(document);
  });
}

function addReference(
  server: FastifyInstance,
  path: string,
  version: ApiVersion,
  other: { href: string; text: string },
): void {
  server.get(path, (_request, reply) => {
    const document = versionDocument(kubeflowOperations, version);
    return sendPage(reply, referencePage(document, [{ href: documentPath(version), text: "as JSON" }, other]));
  });
}
