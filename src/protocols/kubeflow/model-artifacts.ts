import type { Asset } from "../../core/model/assets.ts";
import { createAsset, findAsset, getAsset, listAssets, purgeAsset, updateAsset } from "../../core/ops/assets.ts";
import type { OperationContext } from "../../core/ops/context.ts";
import { API_VERSIONS, type ApiVersion } from "./api-versions.ts";
import { toWireArtifact } from "./artifact-conversion.ts";
import { artifactFields } from "./filter/fields.ts";
import type { KubeflowOperation } from "./operation.ts";
import { resourceOperations } from "./resource-operations.ts";
import { artifactSchemas } from "./schema/artifacts.ts";
import { parseArtifactChanges, parseNewArtifact } from "./wire/artifacts.ts";
import { parseChildFindQuery } from "./wire/find-query.ts";
import { parseListQuery } from "./wire/list-query.ts";

/** Artifacts that are models; those that are made here stand alone. */
export const modelArtifactOperations: readonly KubeflowOperation[] = API_VERSIONS.flatMap((version) =>
  operationsOf(version),
);

const kind = "model";

function operationsOf(version: ApiVersion): KubeflowOperation[] {
  const schema = artifactSchemas[version.name].model;
  const toWire = (context: OperationContext, asset: Asset) => toWireArtifact(context, version, asset);
  return resourceOperations({
    operations: {
      find: "findModelArtifact",
      list: "getModelArtifacts",
      create: "createModelArtifact",
      get: "getModelArtifact",
      update: "updateModelArtifact",
      remove: "deleteModelArtifact",
    },
    called: { article: "a", one: "model artifact", many: "model artifacts" },
    paths: { one: "/model_artifact", many: "/model_artifacts", id: "modelartifactId" },
    resource: "asset",
    versions: [version],
    parent: "a model version or a run",
    removal: "a model artifact that is marked for deletion, deleted or abandoned for good",
    schema,
    handlers: {
      find: async (context, { query }) => ({
        body: toWire(context, await findAsset(context, { ...parseChildFindQuery(query), kind })),
      }),
      async list(context, { query }) {
        const list = parseListQuery(query, artifactFields, "model_artifacts");
        return {
          body: list.answer(await listAssets(context, { ...list.query, kinds: [kind] }), (asset) =>
            toWire(context, asset),
          ),
        };
      },
      async create(context, { fields }) {
        const values = parseNewArtifact(schema, "create", fields());
        return { body: toWire(context, await createAsset(context, { state: "UNKNOWN", ...values })) };
      },
      get: async (context, { id }) => ({ body: toWire(context, await getAsset(context, { id: id(), kind })) }),
      async update(context, { id, fields }) {
        const changes = parseArtifactChanges(schema, "update", fields());
        return { body: toWire(context, await updateAsset(context, { id: id(), kind }, changes)) };
      },
      async remove(context, { id }) {
        await purgeAsset(context, { id: id(), kind });
        return {};
      },
    },
  });
}
