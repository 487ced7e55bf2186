import { optionalName, resourceFields, state, updatableText } from "./common.ts";
import type { FieldSchema, ResourceSchema } from "./fields.ts";

/** In which of the two ways a version of the contract has artifacts. */
interface ArtifactFields {
  /** Fields of artifacts of every type beside those of every resource. */
  readonly common: Readonly<Record<string, FieldSchema>>;
  /** How it writes 64-bit steps. */
  readonly step: "int64" | "int64-text";
}

const optional = (description: string): FieldSchema => ({
  type: { kind: "int64-text" },
  access: "identity",
  description,
});

const FIELDS_OF = {
  v1alpha3: {
    common: {
      experimentId: optional("The experiment of the run that the artifact is of."),
      experimentRunId: optional("The run that the artifact is of."),
    },
    step: "int64",
  },
  v1: { common: {}, step: "int64-text" },
} as const satisfies Record<string, ArtifactFields>;

const uri = updatableText("Where it is. The server never opens it.");

const ARTIFACT_STATE = state(
  "ArtifactState",
  ["UNKNOWN", "PENDING", "LIVE", "MARKED_FOR_DELETION", "DELETED", "ABANDONED", "REFERENCE"],
  "UNKNOWN",
);

const modelFields = {
  modelFormatName: updatableText("The format of the files, such as `onnx`."),
  modelFormatVersion: updatableText("The version of the format."),
  storageKey: updatableText("The name of the secret that opens the storage."),
  storagePath: updatableText("The path within the storage."),
  serviceAccountName: updatableText("The service account that opens the storage."),
  modelSourceKind: updatableText("What kind of thing made the model, such as a pipeline run."),
  modelSourceClass: updatableText("The class of what made the model."),
  modelSourceGroup: updatableText("The group of what made the model, such as a namespace."),
  modelSourceId: updatableText("The id of what made the model."),
  modelSourceName: updatableText("The name of what made the model."),
  uri,
};

const dataSetFields = {
  digest: updatableText("Tells states of the data apart, such as a checksum."),
  sourceType: updatableText("What kind of place the data is from."),
  source: updatableText("Where the data is from."),
  schema: updatableText("The data's schema."),
  profile: updatableText("Statistics of the data, such as the number of rows."),
  uri,
};

function metricFields({ step }: ArtifactFields): Record<string, FieldSchema> {
  return {
    value: {
      type: { kind: "double" },
      access: "update",
      description: "The number. A new metric needs one; it is left out where it is not a number.",
    },
    timestamp: {
      type: { kind: "int64-text" },
      access: "update",
      description: "Milliseconds since 1970 when it was measured.",
    },
    step: { type: { kind: step }, access: "update", description: "How far the training was." },
  };
}

const parameterFields = {
  value: updatableText("The value, as text."),
  parameterType: {
    type: { kind: "enum", name: "ParameterType", values: ["string", "number", "boolean", "object"] },
    access: "update",
    description: "What the text means.",
  },
} as const;

/** What a version of the contract calls artifacts. */
export interface ArtifactSchemas {
  readonly model: ResourceSchema;
  readonly metric: ResourceSchema;
  /** Of every type. */
  readonly all: readonly ResourceSchema[];
}

function schemasOf(version: ArtifactFields): ArtifactSchemas {
  const artifact = (name: string, description: string, type: string, fields: Record<string, FieldSchema>) => ({
    name,
    description,
    fields: {
      ...resourceFields,
      id: optional("Assigned by the server."),
      name: optionalName,
      ...version.common,
      artifactType: {
        type: { kind: "constant", value: type },
        access: "update",
        description: "Tells the types of artifacts apart. It can't be changed.",
      },
      ...fields,
      state: ARTIFACT_STATE,
    } as const,
  });
  const model = artifact("ModelArtifact", "A model's files.", "model-artifact", modelFields);
  const metric = artifact("Metric", "A number that was measured.", "metric", metricFields(version));
  return {
    model,
    metric,
    all: [
      model,
      artifact("DocArtifact", "A document about a model.", "doc-artifact", { uri }),
      artifact("DataSet", "Data that a model was made from or is measured with.", "dataset-artifact", dataSetFields),
      metric,
      artifact("Parameter", "A setting of the training.", "parameter", parameterFields),
    ],
  };
}

export const artifactSchemas: Readonly<Record<keyof typeof FIELDS_OF, ArtifactSchemas>> = {
  v1alpha3: schemasOf(FIELDS_OF.v1alpha3),
  v1: schemasOf(FIELDS_OF.v1),
};
