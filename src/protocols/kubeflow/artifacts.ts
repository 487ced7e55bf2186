import { createAsset, findAsset, getAsset, listAssets, purgeAsset, updateAsset } from "../../core/ops/assets.ts";
import { API_VERSIONS, type ApiVersion } from "./api-versions.ts";
import { toWireArtifact } from "./artifact-conversion.ts";
import { badRequest } from "./errors.ts";
import { artifactFields } from "./filter/fields.ts";
import type { KubeflowOperation } from "./operation.ts";
import { artifactSchemas } from "./schema/artifacts.ts";
import {
  parseArtifactChanges,
  parseArtifactId,
  parseArtifactType,
  parseNewArtifact,
  schemaOfBody,
  schemaOfKind,
  toArtifactType,
} from "./wire/artifacts.ts";
import { parseChildFindQuery } from "./wire/find-query.ts";
import { LIST_PARAMETERS, parseListQuery } from "./wire/list-query.ts";

/** Artifacts of all types, wherever they hang. */
export const artifactOperations: readonly KubeflowOperation[] = API_VERSIONS.flatMap((version) => [
  ...operationsOnAll(version),
  ...operationsOnOne(version),
]);

function operationsOnAll(version: ApiVersion): KubeflowOperation[] {
  const schemas = artifactSchemas[version.name].all;
  const versions = [version];
  return [
    {
      name: "findArtifact",
      summary: "Find an artifact by its name within a model version or a run, or by its external id",
      method: "GET",
      path: "/artifact",
      permission: "asset:read",
      versions,
      query: ["name", "externalId", "parentResourceId"],
      answer: { status: 200, of: schemas },
      async handle(context, { query }) {
        return { body: toWireArtifact(version, await findAsset(context, parseChildFindQuery(query))) };
      },
    },
    {
      name: "getArtifacts",
      summary: "List artifacts",
      method: "GET",
      path: "/artifacts",
      permission: "asset:read",
      versions,
      query: ["artifactType", ...LIST_PARAMETERS],
      answer: { status: 200, of: schemas, list: true },
      async handle(context, { query }) {
        const kinds = parseArtifactType(query.artifactType);
        const list = parseListQuery(query, artifactFields, ["artifacts", kinds]);
        const page = await listAssets(context, { ...list.query, ...(kinds && { kinds }) });
        return { body: list.answer(page, (asset) => toWireArtifact(version, asset)) };
      },
    },
    {
      name: "createArtifact",
      summary: "Make an artifact that stands alone",
      method: "POST",
      path: "/artifacts",
      permission: "asset:write",
      versions,
      body: { kind: "create", of: schemas },
      answer: { status: 201, of: schemas },
      async handle(context, request) {
        const fields = request.fields();
        const asset = await createAsset(context, parseNewArtifact(schemaOfBody(schemas, fields), "create", fields));
        return { body: toWireArtifact(version, asset) };
      },
    },
  ];
}

function operationsOnOne(version: ApiVersion): KubeflowOperation[] {
  const schemas = artifactSchemas[version.name].all;
  const versions = [version];
  return [
    {
      name: "getArtifact",
      summary: "Get an artifact",
      method: "GET",
      path: "/artifacts/:id",
      permission: "asset:read",
      versions,
      answer: { status: 200, of: schemas },
      async handle(context, { idText }) {
        const asset = await getAsset(context, { id: parseArtifactId("id", idText()) });
        return { body: toWireArtifact(version, asset) };
      },
    },
    {
      name: "updateArtifact",
      summary: "Change an artifact",
      method: "PATCH",
      path: "/artifacts/:id",
      permission: "asset:write",
      versions,
      body: { kind: "update", of: schemas },
      answer: { status: 200, of: schemas },
      async handle(context, { idText, fields: read }) {
        const fields = read();
        const { id, kind } = await getAsset(context, { id: parseArtifactId("id", idText()) });
        requireType(fields.artifactType, toArtifactType(kind));
        const changes = parseArtifactChanges(schemaOfKind(schemas, kind), "update", fields);
        return { body: toWireArtifact(version, await updateAsset(context, { id }, changes)) };
      },
    },
    {
      name: "deleteArtifact",
      summary: "Remove an artifact that is marked for deletion, deleted or abandoned for good",
      method: "DELETE",
      path: "/artifacts/:id",
      permission: "asset:delete",
      versions,
      answer: { status: 204 },
      async handle(context, { idText }) {
        await purgeAsset(context, { id: parseArtifactId("id", idText()) });
        return {};
      },
    },
  ];
}

/** An update need not repeat the type. */
function requireType(given: unknown, type: string): void {
  if (given === undefined || given === null || given === type) return;
  throw badRequest(`cannot change artifact type from '${type}': leave artifactType out, or send '${type}'`);
}
