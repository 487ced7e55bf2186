import * as runData from "../../core/ops/run-data.ts";
import { invalidParameter } from "./errors.ts";
import { operation } from "./operation.ts";
import { validateBatch, validateMetric, validateParam, validateRunId, validateRunTag } from "./validation/run-data.ts";
import { pythonRepr } from "./wire/python-text.ts";
import { keyAndValue, loggedMetricFields, runReference, toCoreMetric, toCoreTag, toRunId } from "./wire/runs.ts";
import { list, message, optional, string } from "./wire/types.ts";

export const runDataRoutes = [
  operation({
    name: "logMetric",
    methods: ["POST"],
    path: "/mlflow/runs/log-metric",
    request: message({ ...runReference, ...loggedMetricFields }),
    permission: "run:write",
    async handle(context, request) {
      await runData.logMetric(context, toRunId(request), validateMetric(toCoreMetric(request)));
      return {};
    },
  }),
  operation({
    name: "logParam",
    methods: ["POST"],
    path: "/mlflow/runs/log-parameter",
    request: message({ ...runReference, key: string(), value: optional(string()) }),
    permission: "run:write",
    async handle(context, request) {
      await runData.logParam(context, toRunId(request), validateParam(toCoreTag(request)));
      return {};
    },
  }),
  operation({
    name: "setTag",
    methods: ["POST"],
    path: "/mlflow/runs/set-tag",
    request: message({ ...runReference, key: string(), value: optional(string()) }),
    permission: "run:write",
    async handle(context, request) {
      await runData.setTag(context, toRunId(request), validateRunTag(toCoreTag(request)));
      return {};
    },
  }),
  operation({
    name: "deleteTag",
    methods: ["POST"],
    path: "/mlflow/runs/delete-tag",
    request: message({ run_id: string(), key: string() }),
    permission: "run:write",
    async handle(context, { run_id, key }) {
      await runData.deleteTag(context, run_id, key);
      return {};
    },
  }),
  operation({
    name: "logBatch",
    methods: ["POST"],
    path: "/mlflow/runs/log-batch",
    request: message({
      run_id: string(),
      metrics: optional(list(message(loggedMetricFields))),
      params: optional(list(keyAndValue)),
      tags: optional(list(keyAndValue)),
    }),
    permission: "run:write",
    async handle(context, { run_id, metrics = [], params = [], tags = [] }) {
      validateRunId(run_id);
      const data = validateBatch({
        metrics: metrics.map(toCoreMetric),
        params: params.map(toCoreTag),
        tags: tags.map(toCoreTag),
      });
      await runData.logBatch(context, run_id, data);
      return {};
    },
  }),
  operation({
    name: "logModel",
    methods: ["POST"],
    path: "/mlflow/runs/log-model",
    request: message({ run_id: string(), model_json: string() }),
    permission: "run:write",
    async handle(context, { run_id, model_json }) {
      await runData.logModel(context, run_id, toHistoryEntry(model_json));
      return {};
    },
  }),
].flat();

const MODEL_FIELDS = ["artifact_path", "flavors", "utc_time_created", "run_id"];

/** The part of a model's description that the run's history keeps: where it is, and its flavors without their configuration. */
function toHistoryEntry(text: string): object {
  const model = parseModel(text);
  const missing = MODEL_FIELDS.filter((field) => !Object.hasOwn(model, field));
  if (missing.length > 0) {
    throw invalidParameter(`Model json is missing mandatory fields: {${missing.map(pythonRepr).join(", ")}}`);
  }
  const flavors = Object.entries(isRecord(model.flavors) ? model.flavors : {});
  return {
    run_id: model.run_id,
    artifact_path: model.artifact_path,
    utc_time_created: model.utc_time_created,
    model_uuid: model.model_uuid ?? null,
    flavors: Object.fromEntries(flavors.map(([name, flavor]) => [name, withoutConfiguration(flavor)])),
  };
}

function parseModel(text: string): Record<string, unknown> {
  try {
    const model: unknown = JSON.parse(text);
    if (isRecord(model)) return model;
  } catch {
    // Not JSON at all.
  }
  throw invalidParameter(`Malformed model info. \n ${text} \n is not a valid JSON.`);
}

function withoutConfiguration(flavor: unknown): unknown {
  if (!isRecord(flavor)) return flavor;
  const { config: _config, ...rest } = flavor;
  return rest;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
