import type { Stage } from "./model-versions.ts";
import type { Property } from "./properties.ts";
import type { Alias } from "./registered-models.ts";
import type { RunStatus } from "./runs.ts";
import type { LifecycleStage, Timestamp } from "./values.ts";

/**
 * Records: the registry's entities as clients see them that know each by its number, with typed properties and an id of their own
 * choice. They are the entities that other clients know by name: a tag is a string property, and one that is deleted for some is
 * archived (`deleted`) for others, who still see it.
 */
export interface NumberedRecord {
  /** Assigned by the server, for each kind on its own. */
  id: number;
  name: string;
  description?: string;
  /** Chosen by the client, unique within the kind; "" is none. */
  externalId?: string;
  creationTime: Timestamp;
  lastUpdateTime: Timestamp;
  /** By key. Tags, and what came with a type. */
  properties: Property[];
}

export interface RegisteredModelRecord extends NumberedRecord {
  state: LifecycleStage;
  owner?: string;
  readme?: string;
  maturity?: string;
  provider?: string;
  logo?: string;
  license?: string;
  licenseLink?: string;
  libraryName?: string;
  language?: string[];
  tasks?: string[];
  aliases: Alias[];
}

export interface ModelVersionRecord extends NumberedRecord {
  modelId: number;
  /** 1, 2, 3, … for each model, beside the free name. */
  number: number;
  state: LifecycleStage;
  author?: string;
  stage: Stage;
  runId?: string;
  runLink?: string;
}

export interface ExperimentRecord extends NumberedRecord {
  state: LifecycleStage;
  /** Root of the artifacts of its runs. */
  artifactLocation: string;
  owner?: string;
}

export interface RunRecord extends NumberedRecord {
  /** 32 hexadecimal characters: the id that MLflow's clients know it by. */
  runId: string;
  experimentId: number;
  artifactUri: string;
  state: LifecycleStage;
  status: RunStatus;
  /** The run's user. */
  owner?: string;
  /** Where it is absent, others see the time at which the run was made. */
  startTime?: Timestamp;
  endTime?: Timestamp;
}

/** A place where models are served, such as a cluster or a namespace of one. */
export type ServingEnvironmentRecord = NumberedRecord;

/** Something that serves a model in an environment. What it serves is as its client says: it may be unknown here. */
export interface InferenceServiceRecord extends NumberedRecord {
  servingEnvironmentId: number;
  modelId: number;
  modelVersionId?: number;
  runtime?: string;
  desiredState: "DEPLOYED" | "UNDEPLOYED";
}

export type ExecutionState = "UNKNOWN" | "NEW" | "RUNNING" | "COMPLETE" | "FAILED" | "CACHED" | "CANCELED";

/** One time that an inference service served a version. */
export interface ServeModelRecord extends NumberedRecord {
  inferenceServiceId: number;
  modelVersionId: number;
  lastKnownState: ExecutionState;
}

/** The records of each kind. */
export interface RecordOf {
  registeredModel: RegisteredModelRecord;
  modelVersion: ModelVersionRecord;
  experiment: ExperimentRecord;
  run: RunRecord;
  servingEnvironment: ServingEnvironmentRecord;
  inferenceService: InferenceServiceRecord;
  serveModel: ServeModelRecord;
}

export type RecordKind = keyof RecordOf;

/** A record as it is made: the server assigns the number, unless it is copied from another registry under a number that is free here. */
export type NewRecord<Kind extends RecordKind> = Omit<RecordOf[Kind], "id"> & { id?: number };

/** What changes of a record: what is absent stays; `properties` replace all that there are. */
export type RecordChanges<Kind extends RecordKind> = Partial<Omit<RecordOf[Kind], "id">>;
