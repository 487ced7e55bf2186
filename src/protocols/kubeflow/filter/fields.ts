import type { FilterFields, WellKnownField } from "./filter-fields.ts";

const text = (attribute: string): WellKnownField => ({ attribute, type: "text" });
const integer = (attribute: string): WellKnownField => ({ attribute, type: "integer" });

const COMMON = {
  id: integer("id"),
  name: text("name"),
  description: text("description"),
  externalId: text("externalId"),
  createTimeSinceEpoch: integer("creationTime"),
  lastUpdateTimeSinceEpoch: integer("lastUpdateTime"),
};

const LIFECYCLE: WellKnownField = {
  attribute: "state",
  type: "choice",
  values: { LIVE: "active", ARCHIVED: "deleted" },
};

export const registeredModelFields: FilterFields = {
  names: {
    ...COMMON,
    state: LIFECYCLE,
    owner: text("owner"),
    readme: text("readme"),
    maturity: text("maturity"),
    language: text("language"),
    tasks: text("tasks"),
    provider: text("provider"),
    logo: text("logo"),
    license: text("license"),
    licenseLink: text("licenseLink"),
    libraryName: text("libraryName"),
  },
  prefixes: { "mlflow.alias.": "alias." },
};

export const modelVersionFields: FilterFields = {
  names: {
    ...COMMON,
    registeredModelId: integer("modelId"),
    state: LIFECYCLE,
    author: text("author"),
    "mlflow.stage": text("stage"),
    "mlflow.run_id": text("runId"),
    "mlflow.run_link": text("runLink"),
  },
};

export const experimentFields: FilterFields = {
  names: { ...COMMON, state: LIFECYCLE, owner: text("owner") },
};

export const experimentRunFields: FilterFields = {
  names: {
    ...COMMON,
    experimentId: integer("experimentId"),
    startTimeSinceEpoch: integer("startTime"),
    endTimeSinceEpoch: integer("endTime"),
    status: text("status"),
    state: LIFECYCLE,
    owner: text("owner"),
  },
};

export const servingEnvironmentFields: FilterFields = { names: COMMON };

export const inferenceServiceFields: FilterFields = {
  names: {
    ...COMMON,
    registeredModelId: integer("modelId"),
    modelVersionId: integer("modelVersionId"),
    servingEnvironmentId: integer("servingEnvironmentId"),
    runtime: text("runtime"),
    desiredState: text("desiredState"),
  },
};

export const serveModelFields: FilterFields = {
  names: {
    ...COMMON,
    modelVersionId: integer("modelVersionId"),
    inferenceServiceId: integer("inferenceServiceId"),
    lastKnownState: text("lastKnownState"),
  },
};

/** Of artifacts of all types: a field that a type does not have is missing there. */
export const artifactFields: FilterFields = {
  names: {
    ...COMMON,
    artifactType: {
      attribute: "kind",
      type: "choice",
      values: {
        "model-artifact": "model",
        "doc-artifact": "document",
        "dataset-artifact": "dataset",
        metric: "metric",
        parameter: "parameter",
      },
    },
    experimentId: integer("experimentId"),
    experimentRunId: integer("runId"),
    uri: text("uri"),
    state: text("state"),
    modelFormatName: text("modelFormatName"),
    modelFormatVersion: text("modelFormatVersion"),
    storageKey: text("storageKey"),
    storagePath: text("storagePath"),
    serviceAccountName: text("serviceAccountName"),
    modelSourceKind: text("modelSourceKind"),
    modelSourceClass: text("modelSourceClass"),
    modelSourceGroup: text("modelSourceGroup"),
    modelSourceId: text("modelSourceId"),
    modelSourceName: text("modelSourceName"),
    digest: text("digest"),
    sourceType: text("sourceType"),
    source: text("source"),
    schema: text("schema"),
    profile: text("profile"),
    value: { attribute: "value", type: "numberOrText", textAttribute: "text" },
    timestamp: integer("timestamp"),
    step: integer("step"),
    parameterType: text("valueType"),
  },
};

/** Of the points of a history. */
export const metricPointFields: FilterFields = {
  names: {
    name: text("name"),
    value: { attribute: "value", type: "number" },
    step: integer("step"),
    timestamp: integer("timestamp"),
    createTimeSinceEpoch: integer("creationTime"),
    lastUpdateTimeSinceEpoch: integer("lastUpdateTime"),
    experimentId: integer("experimentId"),
    experimentRunId: integer("runId"),
  },
};
