import type { Param } from "./runs.ts";
import type { Int64, Tag, Timestamp } from "./values.ts";

/** Format of the models that MLflow's clients log and register, as assets have it. */
export const MLFLOW_FORMAT = "mlflow";

export type LoggedModelStatus = "UNSPECIFIED" | "PENDING" | "READY" | "UPLOAD_FAILED";

/** A metric of a logged model; the run that logged it, and the dataset it was measured on where one was named. */
export interface LoggedModelMetric {
  key: string;
  value: number;
  timestamp: Timestamp;
  step: Int64;
  runId: string;
  datasetName?: string;
  datasetDigest?: string;
}

/** A model that a training run produced, before or without registration. */
export interface LoggedModel {
  /** `m-` and 32 hexadecimal characters, assigned by the server. */
  modelId: string;
  experimentId: number;
  name: string;
  artifactLocation: string;
  creationTime: Timestamp;
  lastUpdateTime: Timestamp;
  status: LoggedModelStatus;
  statusMessage?: string;
  modelType?: string;
  sourceRunId?: string;
  params: Param[];
  tags: Tag[];
  metrics: LoggedModelMetric[];
}
