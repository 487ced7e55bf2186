import type { RecordKind } from "../../../core/model/records.ts";
import type { Int64 } from "../../../core/model/values.ts";
import type { Column } from "../search/column.ts";

/** Where an attribute of a record is: read through `name`, which may be an expression over the row `r`; written to `column`. */
export interface RecordColumn extends Column {
  readonly column: string;
}

/** A table of (owner, key, value, type). */
export interface PropertyTable {
  readonly table: string;
  readonly owner: string;
  /** Keys are numbers of `keys`, and rows repeat the experiment, which is the parent. */
  readonly interned?: true;
  /** An index of (key, value, owner); where rows repeat the experiment, that comes first. */
  readonly index?: string;
}

/** Where the records of one kind are. */
export interface RecordTable {
  readonly table: string;
  readonly columns: Readonly<Record<string, RecordColumn>>;
  /** Whether the time at which a record was archived is kept. */
  readonly deletedTime?: true;
  /** Columns that are not attributes, with what a new row has there. */
  readonly fixed?: Readonly<Record<string, string | number>>;
  /** What a new row has where an attribute is absent that others must have. */
  readonly absent?: Readonly<Record<string, (record: { creationTime: Int64 }) => Readonly<Record<string, Int64>>>>;
  /** The attribute that holds the number of the parent. */
  readonly parent?: string;
  readonly properties: PropertyTable;
  /** Lists of texts: values of `kind` in `registered_model_labels`. */
  readonly lists?: readonly string[];
  /** Whether aliases point to versions of it. */
  readonly hasAliases?: true;
  /** The tag that holds the description, for kinds that have no column for it. */
  readonly descriptionTag?: string;
  /** Tags that repeat an attribute: no properties. */
  readonly hiddenTags?: readonly string[];
  /** Indexes that an order by an attribute can go along. */
  readonly indexes?: Readonly<Record<string, string>>;
}

const text = (column: string, read = `r.${column}`): RecordColumn => ({
  name: read,
  column,
  type: "text",
  nullable: true,
});
const integer = (column: string, read = `r.${column}`): RecordColumn => ({
  name: read,
  column,
  type: "integer",
  nullable: true,
});
const required = (column: RecordColumn): RecordColumn => ({ ...column, nullable: false });

/** The tag in which MLflow's clients keep a description. */
const NOTE_TAG = "mlflow.note.content";

const NUMBERED = {
  id: required(integer("id")),
  name: required(text("name")),
  externalId: text("external_id"),
};
const DESCRIPTION = { description: text("description") };
const TIMES = {
  creationTime: required(integer("creation_time")),
  lastUpdateTime: required(integer("last_update_time")),
};
const STATE = { state: required(text("lifecycle_stage")) };

export const RECORD_TABLES: { readonly [Kind in RecordKind]: RecordTable } = {
  registeredModel: {
    table: "registered_models",
    columns: {
      ...NUMBERED,
      ...DESCRIPTION,
      ...TIMES,
      ...STATE,
      owner: text("owner"),
      readme: text("readme"),
      maturity: text("maturity"),
      provider: text("provider"),
      logo: text("logo"),
      license: text("license"),
      licenseLink: text("license_link"),
      libraryName: text("library_name"),
    },
    deletedTime: true,
    fixed: { last_version: 0 },
    properties: { table: "registered_model_tags", owner: "model", index: "registered_model_tags_value" },
    lists: ["language", "tasks"],
    hasAliases: true,
    indexes: {
      name: "registered_models_name",
      creationTime: "registered_models_creation_time",
      lastUpdateTime: "registered_models_last_update_time",
    },
  },
  modelVersion: {
    table: "model_versions",
    columns: {
      ...NUMBERED,
      ...DESCRIPTION,
      ...TIMES,
      ...STATE,
      modelId: required(integer("model")),
      number: required(integer("number")),
      author: text("user_id"),
      stage: required(text("stage")),
      runId: text("run_id", "nullif(r.run_id, '')"),
      runLink: text("run_link", "nullif(r.run_link, '')"),
    },
    deletedTime: true,
    fixed: { status: "READY" },
    parent: "modelId",
    properties: { table: "model_version_tags", owner: "version", index: "model_version_tags_value" },
    indexes: { creationTime: "model_versions_creation_time", lastUpdateTime: "model_versions_last_update_time" },
  },
  experiment: {
    table: "experiments",
    columns: {
      ...NUMBERED,
      ...TIMES,
      ...STATE,
      owner: text("owner"),
      artifactLocation: required(text("artifact_location")),
    },
    properties: { table: "experiment_tags", owner: "experiment" },
    descriptionTag: NOTE_TAG,
    indexes: { name: "experiments_name", creationTime: "experiments_creation_time" },
  },
  run: {
    table: "runs",
    columns: {
      ...NUMBERED,
      creationTime: required(integer("creation_time", "coalesce(r.creation_time, r.start_time)")),
      lastUpdateTime: required(
        integer("last_update_time", "coalesce(r.last_update_time, r.end_time, r.creation_time, r.start_time)"),
      ),
      ...STATE,
      runId: required(text("run_id")),
      experimentId: required(integer("experiment")),
      artifactUri: required(text("artifact_uri")),
      owner: text("user_id", "nullif(r.user_id, '')"),
      status: required(text("status")),
      startTime: integer("start_time", "CASE WHEN r.start_assumed IS NULL THEN r.start_time END"),
      endTime: integer("end_time"),
    },
    deletedTime: true,
    fixed: { user_id: "" },
    absent: { startTime: ({ creationTime }) => ({ start_time: creationTime, start_assumed: 1 }) },
    parent: "experimentId",
    properties: { table: "run_tags", owner: "run", interned: true, index: "run_tags_value" },
    descriptionTag: NOTE_TAG,
    hiddenTags: ["mlflow.runName"],
  },
  servingEnvironment: {
    table: "serving_environments",
    columns: { ...NUMBERED, ...DESCRIPTION, ...TIMES },
    properties: { table: "serving_environment_properties", owner: "environment" },
  },
  inferenceService: {
    table: "inference_services",
    columns: {
      ...NUMBERED,
      ...DESCRIPTION,
      ...TIMES,
      servingEnvironmentId: required(integer("environment")),
      modelId: required(integer("registered_model_id")),
      modelVersionId: integer("model_version_id"),
      runtime: text("runtime"),
      desiredState: required(text("desired_state")),
    },
    parent: "servingEnvironmentId",
    properties: { table: "inference_service_properties", owner: "service" },
  },
  serveModel: {
    table: "serve_models",
    columns: {
      ...NUMBERED,
      ...DESCRIPTION,
      ...TIMES,
      inferenceServiceId: required(integer("service")),
      modelVersionId: required(integer("model_version")),
      lastKnownState: required(text("last_known_state")),
    },
    parent: "inferenceServiceId",
    properties: { table: "serve_model_properties", owner: "serve" },
  },
};
