import { invalidParameter } from "../errors.ts";
import type { Attribute, EntityKind, SearchLanguage } from "./language.ts";

const text = (name: string): Attribute => ({ name, type: "string" });
const number = (name: string): Attribute => ({ name, type: "number" });

const TAG_ENTITIES: Readonly<Record<string, EntityKind>> = { attribute: "attribute", tag: "tag", tags: "tag" };
const invalidTagEntity = (entity: string) =>
  `Invalid entity type '${entity}'. Valid entity types are ('attribute', 'tag', 'tags')`;

/** Filters and orders of runs/search. */
export const runLanguage: SearchLanguage = {
  entities: {
    metric: "metric",
    metrics: "metric",
    parameter: "param",
    parameters: "param",
    param: "param",
    params: "param",
    tag: "tag",
    tags: "tag",
    attribute: "attribute",
    attributes: "attribute",
    attr: "attribute",
    run: "attribute",
    dataset: "dataset",
    datasets: "dataset",
  },
  attributes: {
    run_id: text("runId"),
    run_name: text("name"),
    "run name": text("name"),
    "Run name": text("name"),
    "Run Name": text("name"),
    status: text("status"),
    artifact_uri: text("artifactUri"),
    user_id: text("userId"),
    start_time: number("startTime"),
    created: number("startTime"),
    Created: number("startTime"),
    end_time: number("endTime"),
  },
  listAttributes: new Set(["run_id"]),
  presenceKinds: new Set(["tag", "param"]),
  invalidEntity: (entity) =>
    `Invalid entity type '${entity}'. Valid values are ['metric', 'parameter', 'tag', 'attribute', 'dataset']`,
};

/** Filters and orders of experiments/search. */
export const experimentLanguage: SearchLanguage = {
  entities: TAG_ENTITIES,
  attributes: {
    name: text("name"),
    experiment_id: { name: "id", type: "string", toCore: toExperimentId },
    creation_time: number("creationTime"),
    last_update_time: number("lastUpdateTime"),
  },
  listAttributes: new Set(["experiment_id"]),
  presenceKinds: new Set(["tag"]),
  invalidEntity: invalidTagEntity,
};

/** Filters of registered-models/search. */
export const registeredModelLanguage: SearchLanguage = {
  entities: TAG_ENTITIES,
  attributes: { name: text("name"), alias: { ...text("alias"), filterOnly: true } },
  listAttributes: new Set(["name", "alias"]),
  presenceKinds: new Set(["tag"]),
  invalidEntity: invalidTagEntity,
};

/** Orders of registered-models/search; both times are that of the last update, as upstream has it. */
export const registeredModelOrderLanguage: SearchLanguage = {
  ...registeredModelLanguage,
  attributes: {
    name: text("name"),
    timestamp: number("lastUpdateTime"),
    last_updated_timestamp: number("lastUpdateTime"),
  },
  attributeNoun: "order by",
};

/** Filters and orders of model-versions/search. Upstream has no stage, alias or time to filter by. */
export const modelVersionLanguage: SearchLanguage = {
  entities: TAG_ENTITIES,
  attributes: {
    name: text("modelName"),
    version_number: number("number"),
    run_id: { ...text("runId"), filterOnly: true },
    source_path: { ...text("source"), filterOnly: true },
    current_stage: { name: "stage", type: "string", toCore: toStage, filterOnly: true },
    alias: { ...text("alias"), filterOnly: true },
    creation_timestamp: number("creationTime"),
    last_updated_timestamp: number("lastUpdateTime"),
  },
  listAttributes: new Set(["name", "run_id", "current_stage", "alias"]),
  presenceKinds: new Set(["tag"]),
  invalidEntity: invalidTagEntity,
  quotedNumbers: true,
};

/** Filters of logged-models/search. */
export const loggedModelLanguage: SearchLanguage = {
  entities: { attributes: "attribute", metrics: "metric", params: "param", tags: "tag" },
  attributes: {
    name: text("name"),
    model_id: text("modelId"),
    model_type: text("modelType"),
    status: { name: "status", type: "string", toCore: (status) => status.replace(/^LOGGED_MODEL_/, "") },
    source_run_id: text("sourceRunId"),
    experiment_id: { name: "experimentId", type: "string", toCore: toExperimentId },
    creation_time: number("creationTime"),
    creation_timestamp: number("creationTime"),
    creation_timestamp_ms: number("creationTime"),
    last_updated_time: number("lastUpdateTime"),
    last_updated_timestamp: number("lastUpdateTime"),
    last_updated_timestamp_ms: number("lastUpdateTime"),
  },
  listAttributes: new Set(["name", "model_id", "model_type", "status", "source_run_id", "experiment_id"]),
  presenceKinds: new Set(["tag", "param"]),
  invalidEntity: (entity) =>
    `Invalid entity type: '${entity}'. Expected one of ['attributes', 'metrics', 'params', 'tags'].`,
  unquotedText: true,
};

function toExperimentId(id: string): number {
  if (/^\d{1,15}$/.test(id)) return Number(id);
  throw invalidParameter(`Invalid experiment ID: '${id}'. An experiment ID is an integer in quotes, such as '1'.`);
}

/** Stages are written in any case. */
function toStage(stage: string): string {
  return stage.charAt(0).toUpperCase() + stage.slice(1).toLowerCase();
}
