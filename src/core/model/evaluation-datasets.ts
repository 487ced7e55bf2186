import type { Tag, Timestamp } from "./values.ts";

/** A JSON object; integers beyond 2^53 are bigint. */
export type JsonObject = Record<string, unknown>;

/** Examples to evaluate a generative application with. Not to be mixed up with `Dataset`, which a run has read. */
export interface EvaluationDataset {
  /** `d-` and 32 hexadecimal characters, assigned by the server. */
  datasetId: string;
  name: string;
  /** Changes with every change of the records. */
  digest: string;
  /** The type of each field that a record ever had; absent before the first record. */
  schema?: DatasetSchema;
  recordCount: number;
  creationTime: Timestamp;
  lastUpdateTime: Timestamp;
  createdBy?: string;
  lastUpdatedBy?: string;
  tags: Tag[];
}

export type FieldType = "null" | "boolean" | "integer" | "float" | "string" | "array" | "object";

export interface DatasetSchema {
  inputs: Record<string, FieldType>;
  /** One type where outputs are no objects. */
  outputs: Record<string, FieldType> | FieldType;
  expectations: Record<string, FieldType>;
  version: string;
}

export const RECORD_SOURCES = ["UNSPECIFIED", "TRACE", "HUMAN", "DOCUMENT", "CODE"] as const;
export type RecordSourceType = (typeof RECORD_SOURCES)[number];

export interface RecordSource {
  type: RecordSourceType;
  data: JsonObject;
}

/** What a client says of one record. Two records with the same inputs are the same record. */
export interface RecordContent {
  inputs: JsonObject;
  /** Any JSON value; null means none, undefined that nothing is said. */
  outputs?: unknown;
  expectations?: JsonObject;
  tags?: Record<string, unknown>;
  source?: RecordSource;
}

export interface DatasetRecord extends RecordContent {
  /** `dr-` and 32 hexadecimal characters, assigned by the server. */
  recordId: string;
  creationTime: Timestamp;
  lastUpdateTime: Timestamp;
  createdBy?: string;
  lastUpdatedBy?: string;
}

/** The tag that says who made or changed something. */
export const USER_TAG = "mlflow.user";
