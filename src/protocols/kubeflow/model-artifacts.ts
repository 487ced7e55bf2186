import type { Asset } from "../../core/model/assets.ts";
import { createAsset, findAsset, getAsset, listAssets, purgeAsset, updateAsset } from "../../core/ops/assets.ts";
import { API_VERSIONS, type ApiVersion } from "./api-versions.ts";
import { toWireArtifact } from "./artifact-conversion.ts";
import { artifactFields } from "./filter/fields.ts";
import type { KubeflowOperation } from "./operation.ts";
import { artifactSchemas } from "./schema/artifacts.ts";
import { parseArtifactChanges, parseNewArtifact } from "./wire/artifacts.ts";
import { parseChildFindQuery } from "./wire/find-query.ts";
import { LIST_PARAMETERS, parseListQuery } from "./wire/list-query.ts";

/** Artifacts that are models. */
export const modelArtifactOperations: readonly KubeflowOperation[] = API_VERSIONS.flatMap((version) => [
  ...operationsOnAll(version),
  ...operationsOnOne(version),
]);

const kind = "model";

function operationsOnAll(version: ApiVersion): KubeflowOperation[] {
  const schema = artifactSchemas[version.name].model;
  const versions = [version];
  const toWire = (asset: Asset) => toWireArtifact(version, asset);
  return [
    {
      name: "findModelArtifact",
      summary: "Find a model artifact by its name within a model version or a run, or by its external id",
      method: "GET",
      path: "/model_artifact",
      permission: "asset:read",
      versions,
      query: ["name", "externalId", "parentResourceId"],
      answer: { status: 200, of: schema },
      async handle(context, { query }) {
        return { body: toWire(await findAsset(context, { ...parseChildFindQuery(query), kind })) };
      },
    },
    {
      name: "getModelArtifacts",
      summary: "List model artifacts",
      method: "GET",
      path: "/model_artifacts",
      permission: "asset:read",
      versions,
      query: LIST_PARAMETERS,
      answer: { status: 200, of: schema, list: true },
      async handle(context, { query }) {
        const list = parseListQuery(query, artifactFields, "model_artifacts");
        return { body: list.answer(await listAssets(context, { ...list.query, kinds: [kind] }), toWire) };
      },
    },
    {
      name: "createModelArtifact",
      summary: "Make a model artifact that stands alone",
      method: "POST",
      path: "/model_artifacts",
      permission: "asset:write",
      versions,
      body: { kind: "create", of: schema },
      answer: { status: 201, of: schema },
      async handle(context, { fields }) {
        const values = parseNewArtifact(schema, "create", fields());
        return { body: toWire(await createAsset(context, { state: "UNKNOWN", ...values })) };
      },
    },
  ];
}

function operationsOnOne(version: ApiVersion): KubeflowOperation[] {
  const schema = artifactSchemas[version.name].model;
  const versions = [version];
  const toWire = (asset: Asset) => toWireArtifact(version, asset);
  return [
    {
      name: "getModelArtifact",
      summary: "Get a model artifact",
      method: "GET",
      path: "/model_artifacts/:modelartifactId",
      permission: "asset:read",
      versions,
      answer: { status: 200, of: schema },
      async handle(context, { id }) {
        return { body: toWire(await getAsset(context, { id: id(), kind })) };
      },
    },
    {
      name: "updateModelArtifact",
      summary: "Change a model artifact",
      method: "PATCH",
      path: "/model_artifacts/:modelartifactId",
      permission: "asset:write",
      versions,
      body: { kind: "update", of: schema },
      answer: { status: 200, of: schema },
      async handle(context, { id, fields }) {
        const changes = parseArtifactChanges(schema, "update", fields());
        return { body: toWire(await updateAsset(context, { id: id(), kind }, changes)) };
      },
    },
    {
      name: "deleteModelArtifact",
      summary: "Remove a model artifact that is marked for deletion, deleted or abandoned for good",
      method: "DELETE",
      path: "/model_artifacts/:modelartifactId",
      permission: "asset:delete",
      versions,
      answer: { status: 204 },
      async handle(context, { id }) {
        await purgeAsset(context, { id: id(), kind });
        return {};
      },
    },
  ];
}
