import type { JsonSchema } from "../../json-schema.ts";

const text: JsonSchema = { type: "string" };
const optional = (schema: JsonSchema, description: string): JsonSchema => ({ ...schema, nullable: true, description });
const bytes: JsonSchema = { type: "integer", format: "int64", minimum: 0 };
const milliseconds: JsonSchema = { type: "integer", format: "int64" };
const sha256: JsonSchema = { type: "string", pattern: "^[0-9a-f]{64}$" };
/** Without what MLflow's addresses and file systems can't have, and not blank. */
const name: JsonSchema = { type: "string", maxLength: 255, pattern: "^(?=.*\\S)[^/:\\x00-\\x1f\\x7f]+$" };

/** Values that are kept for a key of the client's choice. */
const MAPS = {
  metrics: { type: "object", additionalProperties: { type: "number" } },
  parameters: { type: "object", additionalProperties: {} },
  tags: { type: "object", additionalProperties: text },
} as const satisfies Readonly<Record<string, JsonSchema>>;

const DESCRIBED: Readonly<Record<string, JsonSchema>> = {
  description: { type: "string", maxLength: 100_000 },
  framework: { type: "string", maxLength: 250, description: "What made it, such as `scikit-learn`." },
};

const METADATA: Readonly<Record<string, JsonSchema>> = {
  id: { type: "string", maxLength: 250, description: "An id of the client's choice, unique among versions." },
  name: { ...name, description: "The registered model; made where there is none." },
  version: { ...name, description: "Unique within the model; the number of the version where none is given." },
  file_extension: {
    type: "string",
    pattern: "^[A-Za-z0-9]{1,20}(\\.[A-Za-z0-9]{1,8})?$",
    description: "Of the file, such as `pkl`; `bin` where none is given.",
  },
  storage_group: {
    type: "string",
    pattern: "^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$",
    description: "Where the model is put; `models` where none is given. A server may know some groups alone.",
  },
  ...DESCRIBED,
  author: {
    type: "string",
    maxLength: 250,
    description: "Who made it; owns the registered model that is made for it.",
  },
  ...MAPS,
  sha256: { type: "string", pattern: "^[0-9a-fA-F]{64}$", description: "The SHA-256 that the bytes have to have." },
  unpack: { type: "string", enum: ["tar"], description: "The bytes are a tar whose files become the model's folder." },
};

const STORED: Readonly<Record<string, JsonSchema>> = {
  _id: { ...text, description: "As `metadata_id`, for code that was written for the earlier registry." },
  metadata_id: { ...text, description: "The number of the version." },
  id: optional(text, "The id that the client chose."),
  name: { ...text, description: "The registered model." },
  version: { ...text, description: "The version's name within the model." },
  version_number: { type: "integer", minimum: 1, description: "1, 2, 3, … within the model: MLflow's version." },
  file_name: optional(text, "Of a single file."),
  file_extension: text,
  storage_group: optional(text, "`mlflow` for files that were not uploaded by this API."),
  storage_path: optional(text, "The file, or the folder, as a download names it; none where the files are elsewhere."),
  description: optional(text, "Of the version."),
  framework: optional(text, "What made it."),
  author: optional(text, "Who made it: Kubeflow's `author`, MLflow's `user_id`."),
  ...MAPS,
  is_folder: { type: "boolean" },
  size: optional(bytes, "Bytes, all files together."),
  sha256: optional(sha256, "Of a single file."),
  uri: optional(text, "Where the files are: Kubeflow's `uri`, MLflow's `source`."),
  stage: { type: "string", enum: ["None", "Staging", "Production", "Archived"] },
  aliases: { type: "array", items: text },
  facts: {
    type: "object",
    nullable: true,
    additionalProperties: {},
    description: "What the files say about themselves.",
  },
  creation_timestamp: { ...milliseconds, description: "Milliseconds since 1970." },
  last_updated_timestamp: { ...milliseconds, description: "Milliseconds since 1970." },
};

const FILE: Readonly<Record<string, JsonSchema>> = {
  path: { ...text, description: "Below the model's folder." },
  size: bytes,
  sha256,
  url: text,
};

/** The schemas that have a name in the document. */
export const SCHEMAS: Readonly<Record<string, JsonSchema>> = {
  StoredModel: {
    type: "object",
    description: "A model version with its files.",
    properties: STORED,
    required: Object.keys(STORED),
  },
  StoredModelList: {
    type: "object",
    properties: {
      models: { type: "array", items: ref("StoredModel") },
      next_page_token: { ...text, description: "Absent on the last page." },
    },
    required: ["models"],
  },
  ModelMetadata: {
    type: "object",
    description: "What is said of a model when it is uploaded.",
    properties: METADATA,
    required: ["name"],
    additionalProperties: false,
  },
  ModelFromUploads: {
    type: "object",
    description: "A model of uploads that are finished: of one `upload_id`, or of several `upload_ids` in their order.",
    properties: { upload_id: text, upload_ids: { type: "array", items: text }, ...METADATA },
    required: ["name"],
    additionalProperties: false,
  },
  ModelForm: {
    type: "object",
    description: "Instead of `metadata`, each of its fields can be a part of its own; maps are JSON in theirs.",
    properties: { metadata: ref("ModelMetadata"), file: { type: "string", format: "binary" } },
    required: ["file", "metadata"],
  },
  ModelChanges: {
    type: "object",
    description: "A JSON merge patch: what is absent stays, and null removes.",
    properties: {
      description: { ...DESCRIBED.description, nullable: true },
      framework: { ...DESCRIBED.framework, nullable: true },
      metrics: { type: "object", additionalProperties: { type: "number", nullable: true } },
      parameters: { type: "object", additionalProperties: {} },
      tags: { type: "object", additionalProperties: { type: "string", nullable: true } },
    },
    additionalProperties: false,
  },
  ModelFileList: {
    type: "object",
    properties: {
      files: { type: "array", items: { type: "object", properties: FILE, required: Object.keys(FILE) } },
    },
    required: ["files"],
  },
  Problem: {
    type: "object",
    description: "A refusal (RFC 9457).",
    properties: {
      type: text,
      title: text,
      status: { type: "integer" },
      code: { ...text, description: "What it is, for programs." },
      detail: { ...text, description: "What to do, for people." },
      field: { ...text, description: "The field, parameter or header that is wrong." },
    },
    required: ["type", "title", "status", "code", "detail"],
  },
};

export function ref(schema: string): JsonSchema {
  return { $ref: `#/components/schemas/${schema}` };
}
