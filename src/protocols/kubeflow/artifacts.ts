import { createAsset, findAsset, getAsset, listAssets, purgeAsset, updateAsset } from "../../core/ops/assets.ts";
import { API_VERSIONS, type ApiVersion } from "./api-versions.ts";
import { toWireArtifact } from "./artifact-conversion.ts";
import { badRequest } from "./errors.ts";
import { artifactFields } from "./filter/fields.ts";
import type { KubeflowOperation } from "./operation.ts";
import { resourceOperations } from "./resource-operations.ts";
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
import { parseListQuery } from "./wire/list-query.ts";

/** Artifacts of all types, wherever they hang; those that are made here stand alone. */
export const artifactOperations: readonly KubeflowOperation[] = API_VERSIONS.flatMap((version) =>
  operationsOf(version),
);

function operationsOf(version: ApiVersion): KubeflowOperation[] {
  const schemas = artifactSchemas[version.name].all;
  return resourceOperations({
    operations: {
      find: "findArtifact",
      list: "getArtifacts",
      create: "createArtifact",
      get: "getArtifact",
      update: "updateArtifact",
      remove: "deleteArtifact",
    },
    called: { article: "an", one: "artifact", many: "artifacts" },
    paths: { one: "/artifact", many: "/artifacts", id: "id" },
    resource: "asset",
    versions: [version],
    parent: "a model version or a run",
    removal: "an artifact that is marked for deletion, deleted or abandoned for good",
    schema: schemas,
    listParameters: ["artifactType"],
    handlers: {
      find: async (context, { query }) => ({
        body: toWireArtifact(context, version, await findAsset(context, parseChildFindQuery(query))),
      }),
      async list(context, { query }) {
        const kinds = parseArtifactType(query.artifactType);
        const list = parseListQuery(query, artifactFields, ["artifacts", kinds]);
        const page = await listAssets(context, { ...list.query, ...(kinds && { kinds }) });
        return { body: list.answer(page, (asset) => toWireArtifact(context, version, asset)) };
      },
      async create(context, request) {
        const fields = request.fields();
        const asset = await createAsset(context, parseNewArtifact(schemaOfBody(schemas, fields), "create", fields));
        return { body: toWireArtifact(context, version, asset) };
      },
      get: async (context, { idText }) => ({
        body: toWireArtifact(context, version, await getAsset(context, { id: parseArtifactId("id", idText()) })),
      }),
      async update(context, { idText, fields: read }) {
        const fields = read();
        const { id, kind } = await getAsset(context, { id: parseArtifactId("id", idText()) });
        requireType(fields.artifactType, toArtifactType(kind));
        const changes = parseArtifactChanges(schemaOfKind(schemas, kind), "update", fields);
        return { body: toWireArtifact(context, version, await updateAsset(context, { id }, changes)) };
      },
      async remove(context, { idText }) {
        await purgeAsset(context, { id: parseArtifactId("id", idText()) });
        return {};
      },
    },
  });
}

/** An update need not repeat the type. */
function requireType(given: unknown, type: string): void {
  if (given === undefined || given === null || given === type) return;
  throw badRequest(`cannot change artifact type from '${type}': leave artifactType out, or send '${type}'`);
}
