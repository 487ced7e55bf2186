import type { FastifyInstance } from "fastify";
import { toJson } from "../../core/json.ts";
import { binaryDocument } from "../../protocols/binary/openapi/document.ts";
import { binaryProtocol } from "../../protocols/binary/routes.ts";
import { type ApiVersion, v1, v1alpha3 } from "../../protocols/kubeflow/api-versions.ts";
import { openApiDocument, versionDocument } from "../../protocols/kubeflow/openapi/document.ts";
import { kubeflowOperations } from "../../protocols/kubeflow/routes.ts";
import { mergeDocuments, type OpenApiDocument } from "../../protocols/openapi.ts";
import { type Link, referencePage } from "./api-reference.ts";
import { sendPage } from "./html.ts";

/**
 * The OpenAPI documents: at `/openapi.json` both versions of the Kubeflow API and the API of model files together, and below the prefix of
 * each that one alone, of Kubeflow's under the contract's own names. `/docs`, `/docs/v1alpha3` and `/docs/files` show them to people.
 */
export function addApiDocuments(server: FastifyInstance): void {
  addDocument(server, "/openapi.json", wholeDocument);
  addDocument(server, FILES_DOCUMENT, filesDocument);
  for (const version of [v1, v1alpha3]) addDocument(server, documentPath(version), () => kubeflowDocument(version));
  const files = { href: "/docs/files", text: "the API of model files" };
  const older = { href: "/docs/v1alpha3", text: "Kubeflow's v1alpha3, with experiments and runs" };
  const newer = { href: "/docs", text: "Kubeflow's v1" };
  addReference(server, newer.href, () => kubeflowDocument(v1), [json(documentPath(v1)), older, files]);
  addReference(server, older.href, () => kubeflowDocument(v1alpha3), [json(documentPath(v1alpha3)), newer, files]);
  addReference(server, files.href, filesDocument, [json(FILES_DOCUMENT), newer]);
}

const FILES_DOCUMENT = "/api/v1/openapi.json";

function wholeDocument(): OpenApiDocument {
  const files = filesDocument();
  const description = "Kubeflow's model registry API and the API of model files, over one set of records.";
  return { ...mergeDocuments(openApiDocument(kubeflowOperations), files), info: { ...files.info, description } };
}

function filesDocument(): OpenApiDocument {
  return binaryDocument(binaryProtocol.routes);
}

function kubeflowDocument(version: ApiVersion): OpenApiDocument {
  return versionDocument(kubeflowOperations, version);
}

function documentPath({ prefix }: ApiVersion): string {
  return `${prefix}/openapi.json`;
}

function json(href: string): Link {
  return { href, text: "as JSON" };
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
  make: () => OpenApiDocument,
  links: readonly Link[],
): void {
  server.get(path, (_request, reply) => sendPage(reply, referencePage(make(), links)));
}
