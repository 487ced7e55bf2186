import type { LoggedModel, LoggedModelMetric, LoggedModelStatus } from "../../core/model/logged-models.ts";
import * as loggedModels from "../../core/ops/logged-models.ts";
import { operation } from "./operation.ts";
import {
  validateLoggedModelName,
  validateLoggedModelParamKey,
  validateLoggedModelReference,
  validateLoggedModelTagKey,
} from "./validation/logged-models.ts";
import { parseExperimentId } from "./validation.ts";
import { toWireDouble } from "./wire/json.ts";
import { tag, toCoreTag } from "./wire/registry.ts";
import { boolean, enumeration, list, message, optional, string } from "./wire/types.ts";

const STATUSES = {
  LOGGED_MODEL_STATUS_UNSPECIFIED: 0,
  LOGGED_MODEL_PENDING: 1,
  LOGGED_MODEL_READY: 2,
  LOGGED_MODEL_UPLOAD_FAILED: 3,
} as const;

type WireStatus = keyof typeof STATUSES;

const CORE_STATUS: Readonly<Record<WireStatus, LoggedModelStatus>> = {
  LOGGED_MODEL_STATUS_UNSPECIFIED: "UNSPECIFIED",
  LOGGED_MODEL_PENDING: "PENDING",
  LOGGED_MODEL_READY: "READY",
  LOGGED_MODEL_UPLOAD_FAILED: "UPLOAD_FAILED",
};

const WIRE_STATUS: Readonly<Record<LoggedModelStatus, WireStatus>> = {
  UNSPECIFIED: "LOGGED_MODEL_STATUS_UNSPECIFIED",
  PENDING: "LOGGED_MODEL_PENDING",
  READY: "LOGGED_MODEL_READY",
  UPLOAD_FAILED: "LOGGED_MODEL_UPLOAD_FAILED",
};

const modelReference = message({ model_id: string() });

export const loggedModelRoutes = [
  operation({
    name: "createLoggedModel",
    methods: ["POST"],
    path: "/mlflow/logged-models",
    request: message({
      experiment_id: string(),
      name: optional(string()),
      model_type: optional(string()),
      source_run_id: optional(string()),
      params: optional(list(tag)),
      tags: optional(list(tag)),
    }),
    permission: "logged-model:write",
    async handle(context, { name, model_type: modelType = "", source_run_id: sourceRunId = "", ...request }) {
      if (name) validateLoggedModelName(name);
      validateLoggedModelReference("model_type", modelType);
      validateLoggedModelReference("source_run_id", sourceRunId);
      const model = await loggedModels.createLoggedModel(context, {
        experimentId: parseExperimentId(request.experiment_id),
        ...(name && { name }),
        modelType,
        sourceRunId,
        params: toCoreParams(request.params),
        tags: toCoreTags(request.tags),
      });
      return { model: toWireLoggedModel(model) };
    },
  }),
  operation({
    name: "getLoggedModel",
    methods: ["GET"],
    path: "/mlflow/logged-models/:model_id",
    request: message({ model_id: string(), allow_deleted: optional(boolean()) }),
    permission: "logged-model:read",
    async handle(context, { model_id: modelId, allow_deleted: withDeleted = false }) {
      return { model: toWireLoggedModel(await loggedModels.getLoggedModel(context, modelId, { withDeleted })) };
    },
  }),
  operation({
    name: "finalizeLoggedModel",
    methods: ["PATCH"],
    path: "/mlflow/logged-models/:model_id",
    request: message({ model_id: string(), status: enumeration(STATUSES) }),
    permission: "logged-model:write",
    async handle(context, { model_id: modelId, status }) {
      const model = await loggedModels.finalizeLoggedModel(context, modelId, CORE_STATUS[status]);
      return { model: toWireLoggedModel(model) };
    },
  }),
  operation({
    name: "deleteLoggedModel",
    methods: ["DELETE"],
    path: "/mlflow/logged-models/:model_id",
    request: modelReference,
    permission: "logged-model:delete",
    async handle(context, { model_id: modelId }) {
      await loggedModels.deleteLoggedModel(context, modelId);
      return {};
    },
  }),
  operation({
    name: "setLoggedModelTags",
    methods: ["PATCH"],
    path: "/mlflow/logged-models/:model_id/tags",
    request: message({ model_id: string(), tags: optional(list(tag)) }),
    permission: "logged-model:write",
    async handle(context, { model_id: modelId, tags }) {
      await loggedModels.setLoggedModelTags(context, modelId, toCoreTags(tags));
      return {};
    },
  }),
  operation({
    name: "deleteLoggedModelTag",
    methods: ["DELETE"],
    path: "/mlflow/logged-models/:model_id/tags/:tag_key",
    request: message({ model_id: string(), tag_key: string() }),
    permission: "logged-model:write",
    async handle(context, { model_id: modelId, tag_key: key }) {
      await loggedModels.deleteLoggedModelTag(context, modelId, key);
      return {};
    },
  }),
  operation({
    name: "LogLoggedModelParams",
    methods: ["POST"],
    path: "/mlflow/logged-models/:model_id/params",
    request: message({ model_id: string(), params: optional(list(tag)) }),
    permission: "logged-model:write",
    async handle(context, { model_id: modelId, params }) {
      await loggedModels.logLoggedModelParams(context, modelId, toCoreParams(params));
      return {};
    },
  }),
].flat();

interface KeyValue {
  key?: string;
  value?: string;
}

function toCoreParams(params: readonly KeyValue[] = []) {
  for (const { key = "" } of params) validateLoggedModelParamKey(key);
  return params.map(toCoreTag);
}

function toCoreTags(tags: readonly KeyValue[] = []) {
  for (const { key = "" } of tags) validateLoggedModelTagKey(key);
  return tags.map(toCoreTag);
}

/** MLflow's `LoggedModel`; empty lists are left out. */
export function toWireLoggedModel(model: LoggedModel) {
  return {
    info: {
      model_id: model.modelId,
      experiment_id: String(model.experimentId),
      name: model.name,
      creation_timestamp_ms: model.creationTime,
      last_updated_timestamp_ms: model.lastUpdateTime,
      artifact_uri: model.artifactLocation,
      status: WIRE_STATUS[model.status],
      ...(model.statusMessage !== undefined && { status_message: model.statusMessage }),
      model_type: model.modelType ?? "",
      source_run_id: model.sourceRunId ?? "",
      ...(model.tags.length > 0 && { tags: model.tags }),
    },
    data: {
      ...(model.params.length > 0 && { params: model.params }),
      ...(model.metrics.length > 0 && { metrics: model.metrics.map((metric) => toWireMetric(model, metric)) }),
    },
  };
}

function toWireMetric({ modelId }: LoggedModel, metric: LoggedModelMetric) {
  return {
    key: metric.key,
    value: toWireDouble(metric.value),
    timestamp: metric.timestamp,
    step: metric.step,
    ...(metric.datasetName !== undefined && { dataset_name: metric.datasetName }),
    ...(metric.datasetDigest !== undefined && { dataset_digest: metric.datasetDigest }),
    model_id: modelId,
    run_id: metric.runId,
  };
}
