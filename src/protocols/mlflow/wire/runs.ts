import type { LoggedMetric, MetricPoint, Run, RunInfo, RunMetricPoint } from "../../../core/model/runs.ts";
import type { Int64, Tag } from "../../../core/model/values.ts";
import { invalidParameter } from "../errors.ts";
import { toWireDouble } from "./json.ts";
import { missingValue } from "./request-parser.ts";
import { double, enumeration, int64, message, optional, string } from "./types.ts";

export const runStatus = enumeration({ RUNNING: 1, SCHEDULED: 2, FINISHED: 3, FAILED: 4, KILLED: 5 });

/** A param or a tag in a request; a value that is missing is an empty one. */
export const keyAndValue = message({ key: string(), value: optional(string()) });

export function toCoreTag({ key, value = "" }: { key: string; value?: string }): Tag {
  return { key, value };
}

/** How a request names its run: clients of long ago say `run_uuid`. */
export const runReference = { run_id: optional(string()), run_uuid: optional(string()) };

/** Throws INVALID_PARAMETER_VALUE where neither is given. */
export function toRunId({ run_id: runId, run_uuid: runUuid }: { run_id?: string; run_uuid?: string }): string {
  const id = runId || runUuid;
  if (!id) throw missingValue("run_id");
  return id;
}

export const loggedMetricFields = {
  key: string(),
  value: double(),
  timestamp: int64(),
  step: optional(int64()),
  model_id: optional(string()),
  dataset_name: optional(string()),
  dataset_digest: optional(string()),
};

interface WireMetric {
  key: string;
  value: number;
  timestamp: Int64;
  step?: Int64;
  model_id?: string;
  dataset_name?: string;
  dataset_digest?: string;
}

/** Throws INVALID_PARAMETER_VALUE where a dataset is named in half. */
export function toCoreMetric(metric: WireMetric): LoggedMetric {
  const { key, value, timestamp, step = 0, model_id, dataset_name, dataset_digest } = metric;
  if (!dataset_name !== !dataset_digest) {
    throw invalidParameter("Both dataset_name and dataset_digest must be provided if one is provided");
  }
  return {
    key,
    value,
    timestamp,
    step,
    ...(model_id && { modelId: model_id }),
    ...(dataset_name && dataset_digest && { datasetName: dataset_name, datasetDigest: dataset_digest }),
  };
}

/** MLflow's `Metric` is the core's point, but for NaN. A history has thousands, so none is copied without need. */
export function toWireMetrics(points: readonly MetricPoint[]) {
  if (points.every(({ value }) => !Number.isNaN(value))) return points;
  return points.map((point) => ({ ...point, value: toWireDouble(point.value) }));
}

/** MLflow's `MetricWithRunId`. */
export function toWireMetricWithRunId({ runId, value, ...point }: RunMetricPoint) {
  return { ...point, value: toWireDouble(value), run_id: runId };
}

/** MLflow's `RunInfo`, with the id under its old name too. */
export function toWireRunInfo(info: RunInfo) {
  return {
    run_uuid: info.runId,
    experiment_id: String(info.experimentId),
    run_name: info.name,
    user_id: info.userId,
    status: info.status,
    start_time: info.startTime,
    end_time: info.endTime,
    artifact_uri: info.artifactUri,
    lifecycle_stage: info.lifecycleStage,
    run_id: info.runId,
  };
}

/** MLflow's `Run` as it is right after its creation: without `outputs`. */
export function toWireNewRun({ info, tags }: Run) {
  return { info: toWireRunInfo(info), data: { tags }, inputs: {} };
}

/** MLflow's `Run`; empty lists are left out, but `inputs` and `outputs` are always there. */
export function toWireRun(run: Run) {
  return {
    info: toWireRunInfo(run.info),
    data: {
      metrics: unlessEmpty(toWireMetrics(run.metrics)),
      params: unlessEmpty(run.params),
      tags: unlessEmpty(run.tags),
    },
    inputs: {
      dataset_inputs: unlessEmpty(run.datasetInputs.map(toWireDatasetInput)),
      model_inputs: unlessEmpty(run.modelInputs.map(({ modelId }) => ({ model_id: modelId }))),
    },
    outputs: {
      model_outputs: unlessEmpty(run.modelOutputs.map(({ modelId, step }) => ({ model_id: modelId, step }))),
    },
  };
}

function toWireDatasetInput({ dataset, tags }: Run["datasetInputs"][number]) {
  return {
    tags: unlessEmpty(tags),
    dataset: {
      name: dataset.name,
      digest: dataset.digest,
      source_type: dataset.sourceType,
      source: dataset.source,
      schema: dataset.schema,
      profile: dataset.profile,
    },
  };
}

/** What is undefined is not written. */
function unlessEmpty<T>(list: readonly T[]): readonly T[] | undefined {
  return list.length > 0 ? list : undefined;
}
