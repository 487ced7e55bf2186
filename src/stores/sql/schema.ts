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
  uploads: UploadRow;
  upload_parts: UploadPartRow;
  direct_uploads: DirectUploadRow;
  serving_environments: ServingEnvironmentRow;
  inference_services: InferenceServiceRow;
  serve_models: ServeModelRow;
  assets: AssetRow;
  events: EventRow;
}

/** A tag, or a custom property: `type` is NULL for plain text. */
interface TypedValue {
  value: string;
  type?: string | null;
}

export interface ExperimentRow {
  id: number;
  name: string;
  artifact_location: string;
  lifecycle_stage: LifecycleStage;
  creation_time: Int64;
  last_update_time: Int64;
  external_id?: string | null;
  owner?: string | null;
}

export interface ExperimentTagRow extends TypedValue {
  experiment: number;
  key: string;
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
  external_id?: string | null;
  /** NULL where the run's own times are all that is known. */
  creation_time?: Int64 | null;
  last_update_time?: Int64 | null;
  /** 1 where nobody said when the run started. */
  start_assumed?: 1 | null;
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
  external_id?: string | null;
  owner?: string | null;
  readme?: string | null;
  maturity?: string | null;
  provider?: string | null;
  logo?: string | null;
  license?: string | null;
  license_link?: string | null;
  library_name?: string | null;
}

export interface RegisteredModelTagRow extends TypedValue {
  model: number;
  key: string;
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
  /** The location whose files have been read for what they say about themselves. */
  read_location?: string | null;
  /** What they say, as JSON. */
  file_facts?: string | null;
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
  external_id?: string | null;
}

export interface ModelVersionTagRow extends TypedValue {
  version: number;
  key: string;
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

/** What serving environments, inference services and serve models have in common. */
interface ServingRow {
  id: number;
  name: string;
  description: string | null;
  external_id: string | null;
  creation_time: Int64;
  last_update_time: Int64;
}

export type ServingEnvironmentRow = ServingRow;

export interface InferenceServiceRow extends ServingRow {
  environment: number;
  /** As its client says: they may be unknown here. */
  registered_model_id: number;
  model_version_id: number | null;
  runtime: string | null;
  desired_state: string;
}

export interface ServeModelRow extends ServingRow {
  service: number;
  model_version: number;
  last_known_state: string;
}

/** A model, document, dataset, metric or parameter that hangs on a version or a run. The metrics and params of runs have no row here. */
export interface AssetRow {
  id: number;
  kind: string;
  version: number | null;
  run: number | null;
  /** 1 where it is the source of its version: its location is the version's `source`. */
  is_source: 0 | 1;
  dataset: number | null;
  logged_model: number | null;
  name: string;
  description: string | null;
  external_id: string | null;
  state: string | null;
  uri: string | null;
  model_format_name: string | null;
  model_format_version: string | null;
  storage_key: string | null;
  storage_path: string | null;
  service_account_name: string | null;
  model_source_kind: string | null;
  model_source_class: string | null;
  model_source_group: string | null;
  model_source_id: string | null;
  model_source_name: string | null;
  digest: string | null;
  source_type: string | null;
  source: string | null;
  schema: string | null;
  profile: string | null;
  value: number | null;
  step: Int64 | null;
  timestamp: Int64 | null;
  text_value: string | null;
  value_type: string | null;
  creation_time: Int64;
  last_update_time: Int64;
}

export interface UploadRow {
  id: string;
  length: number | null;
  metadata: string;
  concatenation: "partial" | "final" | null;
  unverified_from: number | null;
  creation_time: Int64;
  expiration_time: Int64;
}

export interface UploadPartRow {
  upload: string;
  position: number;
  part: string;
}

export interface DirectUploadRow {
  id: string;
  path: string;
  kind: "parts" | "body";
  upload: string;
  creation_time: Int64;
  expiration_time: Int64;
}

export interface EventRow {
  id: number;
  time: number;
  kind: string;
  /** The event as JSON. */
  body: string;
}
