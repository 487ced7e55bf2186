import type { ModelVersionRecord } from "../../core/model/records.ts";
import {
  createModelVersionRecord,
  type ModelVersionChanges,
  type NewModelVersionRecord,
  purgeModelVersion,
  updateModelVersionRecord,
} from "../../core/ops/model-version-records.ts";
import { findRecord, getRecord, listRecords } from "../../core/ops/records.ts";
import { modelVersionFields } from "./filter/fields.ts";
import { splitVersionProperties, withVersionProperties } from "./native-properties.ts";
import type { KubeflowOperation } from "./operation.ts";
import type { RequiredValuesOf, ValuesOf } from "./schema/fields.ts";
import { modelVersionSchema } from "./schema/model-version.ts";
import { parseBody } from "./wire/body.ts";
import { parseChildFindQuery } from "./wire/find-query.ts";
import { CHILD_LIST_PARAMETERS, LIST_PARAMETERS, parseListQuery } from "./wire/list-query.ts";
import { toCoreRecord, toCoreState, toWireRecord, toWireState } from "./wire/records.ts";

export const modelVersionOperations: readonly KubeflowOperation[] = [
  {
    name: "findModelVersion",
    summary: "Find a model version by its name within a registered model, or by its external id",
    method: "GET",
    path: "/model_version",
    permission: "model-version:read",
    query: ["name", "externalId", "parentResourceId"],
    answer: { status: 200, of: modelVersionSchema },
    async handle(context, { query }) {
      return { body: toWireModelVersion(await findRecord(context, "modelVersion", parseChildFindQuery(query))) };
    },
  },
  {
    name: "getModelVersions",
    summary: "List model versions",
    method: "GET",
    path: "/model_versions",
    permission: "model-version:read",
    query: LIST_PARAMETERS,
    answer: { status: 200, of: modelVersionSchema, list: true },
    async handle(context, { query }) {
      const list = parseListQuery(query, modelVersionFields, "model_versions");
      return { body: list.answer(await listRecords(context, "modelVersion", list.query), toWireModelVersion) };
    },
  },
  {
    name: "createModelVersion",
    summary: "Make a version of a registered model",
    method: "POST",
    path: "/model_versions",
    permission: "model-version:write",
    body: { kind: "create", of: modelVersionSchema },
    answer: { status: 201, of: modelVersionSchema },
    async handle(context, { fields }) {
      const version = toNewVersion(parseBody(modelVersionSchema, "create", fields()));
      return { body: toWireModelVersion(await createModelVersionRecord(context, version)) };
    },
  },
  {
    name: "getModelVersion",
    summary: "Get a model version",
    method: "GET",
    path: "/model_versions/:modelversionId",
    permission: "model-version:read",
    answer: { status: 200, of: modelVersionSchema },
    async handle(context, { id }) {
      return { body: toWireModelVersion(await getRecord(context, "modelVersion", id())) };
    },
  },
  {
    name: "updateModelVersion",
    summary: "Change a model version",
    method: "PATCH",
    path: "/model_versions/:modelversionId",
    permission: "model-version:write",
    body: { kind: "update", of: modelVersionSchema },
    answer: { status: 200, of: modelVersionSchema },
    async handle(context, { id, fields }) {
      const changes = toCoreValues(parseBody(modelVersionSchema, "update", fields()));
      return { body: toWireModelVersion(await updateModelVersionRecord(context, { id: id() }, changes)) };
    },
  },
  {
    name: "deleteModelVersion",
    summary: "Remove an archived model version for good",
    method: "DELETE",
    path: "/model_versions/:modelversionId",
    permission: "model-version:delete",
    answer: { status: 204 },
    async handle(context, { id }) {
      await purgeModelVersion(context, id());
      return {};
    },
  },
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
