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
import { listRecords } from "../../core/ops/records.ts";
import { inferenceServiceFields } from "./filter/fields.ts";
import { toWireModelVersion } from "./model-versions.ts";
import type { KubeflowOperation } from "./operation.ts";
import { recordOperations } from "./record-operations.ts";
import { toWireRegisteredModel } from "./registered-models.ts";
import type { RequiredValuesOf, ValuesOf } from "./schema/fields.ts";
import { inferenceServiceSchema } from "./schema/inference-service.ts";
import { modelVersionSchema } from "./schema/model-version.ts";
import { registeredModelSchema } from "./schema/registered-model.ts";
import { parseBody } from "./wire/body.ts";
import { CHILD_LIST_PARAMETERS, parseListQuery } from "./wire/list-query.ts";
import { toCoreRecord, toWireRecord } from "./wire/records.ts";

export const inferenceServiceOperations: readonly KubeflowOperation[] = [
  ...recordOperations({
    kind: "inferenceService",
    schema: inferenceServiceSchema,
    filterFields: inferenceServiceFields,
    operations: {
      find: "findInferenceService",
      list: "getInferenceServices",
      create: "createInferenceService",
      get: "getInferenceService",
      update: "updateInferenceService",
      remove: "deleteInferenceService",
    },
    called: { article: "an", one: "inference service", many: "inference services" },
    paths: { one: "/inference_service", many: "/inference_services", id: "inferenceserviceId" },
    resource: "inference-service",
    parent: "a serving environment",
    removal: "an inference service that is undeployed, with its serve models",
    toWire: toWireInferenceService,
    create: (context, values) => createInferenceService(context, toNewService(values)),
    update: (context, id, values) => updateInferenceService(context, id, toCoreValues(values)),
    remove: deleteInferenceService,
  }),
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
