import { isCoreError } from "../../core/errors.ts";
import type { Asset } from "../../core/model/assets.ts";
import { attachAsset, upsertAsset } from "../../core/ops/asset-upserts.ts";
import { listAssets } from "../../core/ops/assets.ts";
import type { OperationContext } from "../../core/ops/context.ts";
import type { AssetParent } from "../../core/ports/assets.ts";
import { API_VERSIONS, type ApiVersion, v1alpha3 } from "./api-versions.ts";
import { toWireArtifact } from "./artifact-conversion.ts";
import { badRequest } from "./errors.ts";
import { artifactFields } from "./filter/fields.ts";
import type { KubeflowOperation, OperationAnswer } from "./operation.ts";
import { artifactSchemas } from "./schema/artifacts.ts";
import type { ResourceSchema } from "./schema/fields.ts";
import {
  kindOf,
  parseArtifactChanges,
  parseArtifactType,
  parseNewArtifact,
  schemaOfBody,
  toWords,
} from "./wire/artifacts.ts";
import { CHILD_LIST_PARAMETERS, parseListQuery } from "./wire/list-query.ts";

type Fields = Readonly<Record<string, unknown>>;

/** A resource that has artifacts. */
interface Parent {
  readonly name: string;
  readonly words: string;
  readonly path: string;
  toCore(id: number): AssetParent;
}

const MODEL_VERSION: Parent = {
  name: "ModelVersion",
  words: "a model version",
  path: "/model_versions/:modelversionId/artifacts",
  toCore: (versionId) => ({ versionId }),
};

const EXPERIMENT_RUN: Parent = {
  name: "ExperimentRun",
  words: "a run",
  path: "/experiment_runs/:experimentrunId/artifacts",
  toCore: (runId) => ({ runId }),
};

/** Artifacts of model versions. */
export const modelVersionArtifactOperations = API_VERSIONS.flatMap((version) => operationsOf(version, MODEL_VERSION));

/** Artifacts of runs. */
export const experimentRunArtifactOperations = operationsOf(v1alpha3, EXPERIMENT_RUN);

function operationsOf(version: ApiVersion, parent: Parent): KubeflowOperation[] {
  const schemas = artifactSchemas[version.name].all;
  const versions = [version];
  return [
    {
      name: `get${parent.name}Artifacts`,
      summary: `List the artifacts of ${parent.words}`,
      method: "GET",
      path: parent.path,
      permission: "asset:read",
      versions,
      query: ["artifactType", ...CHILD_LIST_PARAMETERS],
      answer: { status: 200, of: schemas, list: true },
      async handle(context, { id, query }) {
        const of = parent.toCore(id());
        const kinds = parseArtifactType(query.artifactType);
        const list = parseListQuery(query, artifactFields, ["artifacts", of, kinds]);
        const page = await listAssets(context, { ...list.query, parent: of, ...(kinds && { kinds }) });
        return { body: list.answer(page, (asset) => toWireArtifact(context, version, asset)) };
      },
    },
    {
      name: `upsert${parent.name}Artifact`,
      summary: `Make an artifact of ${parent.words}, or change the one that the body names`,
      method: "POST",
      path: parent.path,
      permission: "asset:write",
      versions,
      body: { kind: "full", of: schemas },
      answer: { status: 200, of: schemas },
      alsoAnswers: 201,
      handle: (context, { id, fields }) => upsert(context, version, parent.toCore(id()), fields()),
    },
  ];
}

/** A new model or document is answered with 201, everything else with 200, new or not. */
async function upsert(
  context: OperationContext,
  version: ApiVersion,
  parent: AssetParent,
  { id, ...fields }: Fields,
): Promise<OperationAnswer> {
  const schema = schemaOfBody(artifactSchemas[version.name].all, fields);
  if (id !== undefined && id !== null) {
    const attached = await attach(context, parent, schema, { ...fields, id });
    return { body: toWireArtifact(context, version, "runId" in parent ? withOwner(attached) : attached) };
  }
  const { asset, created } = await upsertAsset(context, parent, parseNewArtifact(schema, "full", fields));
  const isAnnounced = created && (asset.kind === "model" || asset.kind === "document");
  return { status: isAnnounced ? 201 : 200, body: toWireArtifact(context, version, withOwner(asset)) };
}

/** As upstream, the answer to a metric that is logged has its run and experiment among its properties, which keep neither. */
function withOwner(asset: Asset): Asset {
  const { kind, experimentId, runId } = asset;
  if (kind !== "metric" || experimentId === undefined || runId === undefined) return asset;
  const owner = { experiment_id: experimentId, experiment_run_id: runId };
  const added = Object.entries(owner).map(([key, value]) => ({ key, type: "int" as const, value: String(value) }));
  return { ...asset, properties: [...asset.properties, ...added] };
}

/** An id that no artifact of the type has is a bad request here: it is not what the path names. */
async function attach(
  context: OperationContext,
  parent: AssetParent,
  schema: ResourceSchema,
  { id, ...fields }: Fields,
): Promise<Asset> {
  const kind = kindOf(schema);
  const changes = parseArtifactChanges(schema, "full", fields);
  const number = typeof id === "string" && /^\d{1,16}$/.test(id) ? Number(id) : -1;
  try {
    return await attachAsset(context, parent, { id: number, kind }, changes);
  } catch (error) {
    if (!isCoreError(error, "notFound") || error.data.entity !== "asset") throw error;
    throw badRequest(`artifact with id ${String(id).slice(0, 100)} is not a ${toWords(kind)}: bad request`);
  }
}
