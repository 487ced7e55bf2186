import type { Int64, LifecycleStage, Tag, Timestamp } from "./values.ts";

export type RunStatus = "RUNNING" | "SCHEDULED" | "FINISHED" | "FAILED" | "KILLED";

export interface RunInfo {
  /** 32 hexadecimal characters, assigned by the server. */
  runId: string;
  name: string;
  experimentId: number;
  userId: string;
  status: RunStatus;
  startTime: Timestamp;
  endTime?: Timestamp;
  artifactUri: string;
  lifecycleStage: LifecycleStage;
}

/** The tag that repeats a run's name: setting it renames the run, and renaming the run sets it. */
export const RUN_NAME_TAG = "mlflow.runName";

/** The tag of a dataset input that says what the dataset was read for: `training`, `eval`, … */
export const DATASET_CONTEXT_TAG = "mlflow.data.context";

/** The tag that holds, as a JSON list, what the deprecated `log-model` recorded. */
export const LOGGED_MODELS_TAG = "mlflow.log-model.history";

/** One point of a metric's history. `value` may be NaN; infinities are clamped to the largest double on the way in. */
export interface MetricPoint {
  key: string;
  value: number;
  timestamp: Timestamp;
  step: Int64;
}

/** A point with the run it belongs to. */
export interface RunMetricPoint extends MetricPoint {
  runId: string;
}

/** One entry of a history that counts every point, those that came again included. */
export interface HistoryPoint extends MetricPoint {
  /** The number of the run. */
  runNumber: number;
  experimentId: number;
  /** How many points before it are equal to it. */
  repeat: number;
}

export interface Param {
  key: string;
  value: string;
}

/** A dataset as an experiment knows it: one record for each (experiment, name, digest). */
export interface Dataset {
  name: string;
  digest: string;
  sourceType: string;
  source: string;
  schema?: string;
  profile?: string;
}

/** A dataset that a run has read; the tag `mlflow.data.context` says what for. */
export interface DatasetInput {
  dataset: Dataset;
  tags: Tag[];
}

export interface DatasetSummary {
  experimentId: number;
  name: string;
  digest: string;
  context?: string;
}

export interface ModelOutput {
  modelId: string;
  step: Int64;
}

/** A run with everything that was logged to it. `metrics` holds each key's latest point: the greatest (step, timestamp, value). */
export interface Run {
  info: RunInfo;
  metrics: MetricPoint[];
  params: Param[];
  tags: Tag[];
  datasetInputs: DatasetInput[];
  modelInputs: { modelId: string }[];
  modelOutputs: ModelOutput[];
}

/** What the rules of a write need to know of its run. `rowId` is the store's own number for it. */
export interface RunHandle {
  rowId: number;
  runId: string;
  experimentId: number;
  lifecycleStage: LifecycleStage;
}

/** A point that was measured for a logged model, on a dataset where one is named. */
export interface ModelMetric extends MetricPoint {
  modelId: string;
  datasetName?: string;
  datasetDigest?: string;
}

/** A point as it is logged: where it names a logged model, it is a metric of that model too. */
export type LoggedMetric = MetricPoint & Partial<ModelMetric>;
