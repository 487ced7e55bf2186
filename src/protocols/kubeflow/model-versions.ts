import type { ModelVersionRecord } from "../../core/model/records.ts";
import {
  createModelVersionRecord,
  type ModelVersionChanges,
  type NewModelVersionRecord,
  purgeModelVersion,
  updateModelVersionRecord,
} from "../../core/ops/model-version-records.ts";
import { listRecords } from "../../core/ops/records.ts";
import { modelVersionFields } from "./filter/fields.ts";
import { splitVersionProperties, withVersionProperties } from "./native-properties.ts";
import type { KubeflowOperation } from "./operation.ts";
import { recordOperations } from "./record-operations.ts";
import type { RequiredValuesOf, ValuesOf } from "./schema/fields.ts";
import { modelVersionSchema } from "./schema/model-version.ts";
import { parseBody } from "./wire/body.ts";
import { CHILD_LIST_PARAMETERS, parseListQuery } from "./wire/list-query.ts";
import { toCoreRecord, toCoreState, toWireRecord, toWireState } from "./wire/records.ts";

export const modelVersionOperations: readonly KubeflowOperation[] = [
  ...recordOperations({
    kind: "modelVersion",
    schema: modelVersionSchema,
    filterFields: modelVersionFields,
    operations: {
      find: "findModelVersion",
      list: "getModelVersions",
      create: "createModelVersion",
      get: "getModelVersion",
      update: "updateModelVersion",
      remove: "deleteModelVersion",
    },
    called: { article: "a", one: "model version", many: "model versions" },
    paths: { one: "/model_version", many: "/model_versions", id: "modelversionId" },
    resource: "model-version",
    parent: "a registered model",
    removal: "an archived model version for good",
    toWire: toWireModelVersion,
    create: (context, values) => createModelVersionRecord(context, toNewVersion(values)),
    update: (context, id, values) => updateModelVersionRecord(context, { id }, toCoreValues(values)),
    remove: purgeModelVersion,
  }),
  {
    name: "getRegisteredModelVersions",
    summary: "List the versions of a registered model",
    method: "GET",
    path: "/registered_models/:registeredmodelId/versions",
    permission: "model-version:read",
    query: CHILD_LIST_PARAMETERS,
    answer: { status: 200, of: modelVersionSchema, list: true },
    async handle(context, { id, query }) {
      const parentId = id();
      const list = parseListQuery(query, modelVersionFields, ["registered_models", parentId]);
      const page = await listRecords(context, "modelVersion", { ...list.query, parentId });
      return { body: list.answer(page, toWireModelVersion) };
    },
  },
  {
    name: "createRegisteredModelVersion",
    summary: "Make a version of a registered model, or change the one that the body names by its id",
    method: "POST",
    path: "/registered_models/:registeredmodelId/versions",
    permission: "model-version:write",
    body: { kind: "full", of: modelVersionSchema },
    answer: { status: 201, of: modelVersionSchema },
    async handle(context, { id, fields }) {
      const modelId = id();
      const values = parseBody(modelVersionSchema, "full", fields());
      const version =
        values.id === undefined
          ? await createModelVersionRecord(context, { ...toNewVersion(values), modelId })
          : await updateModelVersionRecord(context, { id: values.id, modelId }, toCoreValues(values));
      return { body: toWireModelVersion(version) };
    },
  },
];

export function toWireModelVersion(version: ModelVersionRecord): object {
  const properties = withVersionProperties(version.properties, version);
  return {
    author: version.author,
    ...toWireRecord({ ...version, properties }),
    registeredModelId: String(version.modelId),
    state: toWireState(version.state),
  };
}

export function toNewVersion(values: RequiredValuesOf<typeof modelVersionSchema>): NewModelVersionRecord {
  const { name, registeredModelId: modelId } = values;
  return { state: "active", stage: "None", properties: [], ...toCoreValues(values), name, modelId };
}

function toCoreValues(values: ValuesOf<typeof modelVersionSchema>): ModelVersionChanges {
  const { author, state } = values;
  const { properties, ...common } = toCoreRecord(values);
  return {
    ...common,
    ...(properties && splitVersionProperties(properties)),
    ...(author !== undefined && { author }),
    ...(state && { state: toCoreState(state) }),
  };
}
