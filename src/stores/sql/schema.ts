import type { Int64, LifecycleStage } from "../../core/model/values.ts";

/** Tables as `migrations/` makes them; a test compares the two. Rows end in `Row`. */
export interface Schema {
  experiments: ExperimentRow;
  experiment_tags: ExperimentTagRow;
  keys: KeyRow;
  runs: RunRow;
  metric_points: MetricPointRow;
  latest_metrics: LatestMetricRow;
  run_params: RunValueRow;
  run_tags: RunValueRow;
  datasets: DatasetRow;
  run_datasets: RunDatasetRow;
  run_dataset_tags: RunDatasetTagRow;
  run_models: RunModelRow;
  logged_models: LoggedModelRow;
  logged_model_params: LoggedModelValueRow;
  logged_model_tags: LoggedModelValueRow;
  logged_model_metrics: LoggedModelMetricRow;
  registered_models: RegisteredModelRow;
  registered_model_tags: RegisteredModelTagRow;
  aliases: AliasRow;
  model_versions: ModelVersionRow;
  model_version_tags: ModelVersionTagRow;
  evaluation_datasets: EvaluationDatasetRow;
  evaluation_dataset_tags: EvaluationDatasetTagRow;
  evaluation_dataset_experiments: EvaluationDatasetExperimentRow;
  evaluation_dataset_records: EvaluationDatasetRecordRow;
  artifacts: ArtifactRow;
  events: EventRow;
}

export interface ExperimentRow {
  id: number;
  name: string;
  artifact_location: string;
  lifecycle_stage: LifecycleStage;
  creation_time: Int64;
  last_update_time: Int64;
}

export interface ExperimentTagRow {
  experiment: number;
  key: string;
  value: string;
}

export interface KeyRow {
  id: number;
  name: string;
}

export interface RunRow {
  id: number;
  run_id: string;
  experiment: number;
  name: string;
  user_id: string;
  status: string;
  start_time: Int64;
  end_time: Int64 | null;
  artifact_uri: string;
  lifecycle_stage: LifecycleStage;
  deleted_time: Int64 | null;
}

export interface MetricPointRow {
  run: number;
  key: number;
  step: Int64;
  timestamp: Int64;
  /** 0 for NaN. */
  value: number;
  is_nan: 0 | 1;
}

export interface LatestMetricRow {
  run: number;
  key: number;
  experiment: number;
  step: Int64;
  timestamp: Int64;
  /** NULL for NaN. */
  value: number | null;
}

/** A param or a tag of a run. */
export interface RunValueRow {
  run: number;
  key: number;
  experiment: number;
  value: string;
}

export interface DatasetRow {
  id: number;
  experiment: number;
  name: string;
  digest: string;
  source_type: string;
  source: string;
  schema: string | null;
  profile: string | null;
}

export interface RunDatasetRow {
  run: number;
  dataset: number;
}

export interface RunDatasetTagRow {
  run: number;
  dataset: number;
  key: string;
  value: string;
}

export interface RunModelRow {
  run: number;
  direction: "input" | "output";
  model_id: string;
  step: Int64;
}

export interface LoggedModelRow {
  id: number;
  model_id: string;
  experiment: number;
  name: string;
  artifact_location: string;
  creation_time: Int64;
  last_update_time: Int64;
  status: string;
  status_message: string | null;
  model_type: string | null;
  source_run_id: string | null;
  lifecycle_stage: LifecycleStage;
}

/** A param or a tag of a logged model. */
export interface LoggedModelValueRow {
  model: number;
  key: string;
  value: string;
}

export interface LoggedModelMetricRow {
  model: number;
  key: string;
  timestamp: Int64;
  step: Int64;
  run_id: string;
  /** NULL for NaN. */
  value: number | null;
  dataset_name: string | null;
  dataset_digest: string | null;
}

export interface RegisteredModelRow {
  id: number;
  name: string;
  description: string | null;
  lifecycle_stage: LifecycleStage;
  creation_time: Int64;
  last_update_time: Int64;
  deleted_time: Int64 | null;
  /** The highest number that a version of the model ever had. */
  last_version: number;
}

export interface RegisteredModelTagRow {
  model: number;
  key: string;
  value: string;
}

export interface AliasRow {
  model: number;
  alias: string;
  version: number;
}

export interface ModelVersionRow {
  id: number;
  model: number;
  number: number;
  /** A free name; the number as text where the client gave none. */
  name: string;
  description: string | null;
  stage: string;
  source: string | null;
  storage_location: string | null;
  run_id: string | null;
  run_link: string | null;
  user_id: string | null;
  logged_model_id: string | null;
  status: string;
  status_message: string | null;
  lifecycle_stage: LifecycleStage;
  creation_time: Int64;
  last_update_time: Int64;
  deleted_time: Int64 | null;
}

export interface ModelVersionTagRow {
  version: number;
  key: string;
  value: string;
}

export interface EvaluationDatasetRow {
  id: number;
  dataset_id: string;
  name: string;
  digest: string;
  /** JSON; NULL before the first record. */
  schema: string | null;
  record_count: number;
  creation_time: Int64;
  last_update_time: Int64;
  created_by: string | null;
  last_updated_by: string | null;
}

export interface EvaluationDatasetTagRow {
  dataset: number;
  key: string;
  value: string;
}

export interface EvaluationDatasetExperimentRow {
  dataset: number;
  experiment: number;
}

export interface EvaluationDatasetRecordRow {
  id: number;
  record_id: string;
  dataset: number;
  /** SHA-256 of the inputs: what makes two records the same. */
  input_hash: string;
  /** The rest of the record as JSON. */
  body: string;
  creation_time: Int64;
}

export interface ArtifactRow {
  /** Path of the directory, without a closing slash; "" is the root. */
  parent: string;
  name: string;
  /** NULL for a directory. */
  digest: string | null;
  /** Bytes; 0 for a directory. */
  size: number;
  last_update_time: Int64;
}

export interface EventRow {
  id: number;
  time: number;
  kind: string;
  /** The event as JSON. */
  body: string;
}
