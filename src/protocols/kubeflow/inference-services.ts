import type { InferenceServiceRecord } from "../../core/model/records.ts";
import {
  createInferenceService,
  deleteInferenceService,
  getServedModel,
  getServedVersion,
  type InferenceServiceChanges,
  type NewInferenceService,
  updateInferenceService,
} from "../../core/ops/inference-services.ts";
import { findRecord, getRecord, listRecords } from "../../core/ops/records.ts";
import { inferenceServiceFields } from "./filter/fields.ts";
import { toWireModelVersion } from "./model-versions.ts";
import type { KubeflowOperation } from "./operation.ts";
import { toWireRegisteredModel } from "./registered-models.ts";
import type { RequiredValuesOf, ValuesOf } from "./schema/fields.ts";
import { inferenceServiceSchema } from "./schema/inference-service.ts";
import { modelVersionSchema } from "./schema/model-version.ts";
import { registeredModelSchema } from "./schema/registered-model.ts";
import { parseBody } from "./wire/body.ts";
import { parseChildFindQuery } from "./wire/find-query.ts";
import { CHILD_LIST_PARAMETERS, LIST_PARAMETERS, parseListQuery } from "./wire/list-query.ts";
import { toCoreRecord, toWireRecord } from "./wire/records.ts";

export const inferenceServiceOperations: readonly KubeflowOperation[] = [
  {
    name: "findInferenceService",
    summary: "Find an inference service by its name within a serving environment, or by its external id",
    method: "GET",
    path: "/inference_service",
    permission: "inference-service:read",
    query: ["name", "externalId", "parentResourceId"],
    answer: { status: 200, of: inferenceServiceSchema },
    async handle(context, { query }) {
      return {
        body: toWireInferenceService(await findRecord(context, "inferenceService", parseChildFindQuery(query))),
      };
    },
  },
  {
    name: "getInferenceServices",
    summary: "List inference services",
    method: "GET",
    path: "/inference_services",
    permission: "inference-service:read",
    query: LIST_PARAMETERS,
    answer: { status: 200, of: inferenceServiceSchema, list: true },
    async handle(context, { query }) {
      const list = parseListQuery(query, inferenceServiceFields, "inference_services");
      return { body: list.answer(await listRecords(context, "inferenceService", list.query), toWireInferenceService) };
    },
  },
  {
    name: "createInferenceService",
    summary: "Make an inference service",
    method: "POST",
    path: "/inference_services",
    permission: "inference-service:write",
    body: { kind: "create", of: inferenceServiceSchema },
    answer: { status: 201, of: inferenceServiceSchema },
    async handle(context, { fields }) {
      const service = toNewService(parseBody(inferenceServiceSchema, "create", fields()));
      return { body: toWireInferenceService(await createInferenceService(context, service)) };
    },
  },
  {
    name: "getInferenceService",
    summary: "Get an inference service",
    method: "GET",
    path: "/inference_services/:inferenceserviceId",
    permission: "inference-service:read",
    answer: { status: 200, of: inferenceServiceSchema },
    async handle(context, { id }) {
      return { body: toWireInferenceService(await getRecord(context, "inferenceService", id())) };
    },
  },
  {
    name: "updateInferenceService",
    summary: "Change an inference service",
    method: "PATCH",
    path: "/inference_services/:inferenceserviceId",
    permission: "inference-service:write",
    body: { kind: "update", of: inferenceServiceSchema },
    answer: { status: 200, of: inferenceServiceSchema },
    async handle(context, { id, fields }) {
      const changes = toCoreValues(parseBody(inferenceServiceSchema, "update", fields()));
      return { body: toWireInferenceService(await updateInferenceService(context, id(), changes)) };
    },
  },
  {
    name: "deleteInferenceService",
    summary: "Remove an inference service that is undeployed, with its serve models",
    method: "DELETE",
    path: "/inference_services/:inferenceserviceId",
    permission: "inference-service:delete",
    answer: { status: 204 },
    async handle(context, { id }) {
      await deleteInferenceService(context, id());
      return {};
    },
  },
  {
    name: "getInferenceServiceModel",
    summary: "Get the registered model that an inference service serves",
    method: "GET",
    path: "/inference_services/:inferenceserviceId/model",
    permission: "registered-model:read",
    answer: { status: 200, of: registeredModelSchema },
    async handle(context, { id }) {
      return { body: toWireRegisteredModel(await getServedModel(context, id())) };
    },
  },
  {
    name: "getInferenceServiceVersion",
    summary: "Get the version that an inference service serves: the one it names, or the newest of its model",
    method: "GET",
    path: "/inference_services/:inferenceserviceId/version",
    permission: "model-version:read",
    answer: { status: 200, of: modelVersionSchema },
    async handle(context, { id }) {
      return { body: toWireModelVersion(await getServedVersion(context, id())) };
    },
  },
  {
    name: "getEnvironmentInferenceServices",
    summary: "List the inference services of a serving environment",
    method: "GET",
    path: "/serving_environments/:servingenvironmentId/inference_services",
    permission: "inference-service:read",
    query: CHILD_LIST_PARAMETERS,
    answer: { status: 200, of: inferenceServiceSchema, list: true },
    async handle(context, { id, query }) {
      const parentId = id();
      const list = parseListQuery(query, inferenceServiceFields, ["serving_environments", parentId]);
      const page = await listRecords(context, "inferenceService", { ...list.query, parentId });
      return { body: list.answer(page, toWireInferenceService) };
    },
  },
  {
    name: "createEnvironmentInferenceService",
    summary: "Make an inference service in a serving environment",
    method: "POST",
    path: "/serving_environments/:servingenvironmentId/inference_services",
    permission: "inference-service:write",
    body: { kind: "create", of: inferenceServiceSchema },
    answer: { status: 201, of: inferenceServiceSchema },
    async handle(context, { id, fields }) {
      const servingEnvironmentId = id();
      const service = toNewService(parseBody(inferenceServiceSchema, "create", fields()));
      return {
        body: toWireInferenceService(await createInferenceService(context, { ...service, servingEnvironmentId })),
      };
    },
  },
];

function toWireInferenceService(service: InferenceServiceRecord): object {
  const { modelVersionId } = service;
  return {
    ...toWireRecord(service),
    desiredState: service.desiredState,
    modelVersionId: modelVersionId === undefined ? undefined : String(modelVersionId),
    registeredModelId: String(service.modelId),
    runtime: service.runtime,
    servingEnvironmentId: String(service.servingEnvironmentId),
  };
}

export function toNewService(values: RequiredValuesOf<typeof inferenceServiceSchema>): NewInferenceService {
  const { name, registeredModelId: modelId, servingEnvironmentId } = values;
  return {
    desiredState: "DEPLOYED",
    properties: [],
    ...toCoreValues(values),
    ...(name && { name }),
    modelId,
    servingEnvironmentId,
  };
}

function toCoreValues(values: ValuesOf<typeof inferenceServiceSchema>): InferenceServiceChanges {
  const { modelVersionId, runtime, desiredState } = values;
  return {
    ...toCoreRecord(values),
    ...(modelVersionId !== undefined && { modelVersionId }),
    ...(runtime !== undefined && { runtime }),
    ...(desiredState && { desiredState }),
  };
}
