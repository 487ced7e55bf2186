import type { RegistryEvent, StoredEvent } from "../events.ts";
import type { ArtifactReader, ArtifactWriter } from "./artifacts.ts";
import type { AssetReader, AssetWriter } from "./assets.ts";
import type { DirectUploadReader, DirectUploadWriter } from "./direct-uploads.ts";
import type { EvaluationDatasetReader, EvaluationDatasetWriter } from "./evaluation-datasets.ts";
import type { ExperimentReader, ExperimentWriter } from "./experiments.ts";
import type { FileFactsReader, FileFactsWriter } from "./file-facts.ts";
import type { ImportReader, ImportWriter } from "./imports.ts";
import type { LoggedModelReader, LoggedModelWriter } from "./logged-models.ts";
import type { MetricReader } from "./metrics.ts";
import type { ModelVersionReader, ModelVersionWriter } from "./model-versions.ts";
import type { RecordReader, RecordWriter } from "./records.ts";
import type { RegisteredModelReader, RegisteredModelWriter } from "./registered-models.ts";
import type { RunValueWriter } from "./run-values.ts";
import type { RunReader, RunWriter } from "./runs.ts";
import type { StoredModelReader } from "./stored-models.ts";
import type { UploadReader, UploadWriter } from "./uploads.ts";

export interface EventReader {
  /** Events after `id`, oldest first. */
  getEvents(after: number, limit: number): Promise<StoredEvent[]>;
  /** The ids of the oldest and the newest event, or undefined where there is none. */
  getEventRange(): Promise<{ oldest: number; newest: number } | undefined>;
}

export interface EventWriter extends EventReader {
  appendEvent(event: RegistryEvent, time: number): Promise<void>;
  /** As `appendEvent`, in this order, for a change that touches many. */
  appendEvents(events: readonly RegistryEvent[], time: number): Promise<void>;
  /** Removes events up to `id`, which every consumer has handled or which are past retention. */
  deleteEvents(upTo: number): Promise<void>;
}

/** What can be read, all of it from one snapshot. */
export interface Reader {
  readonly experiments: ExperimentReader;
  readonly runs: RunReader;
  readonly metrics: MetricReader;
  readonly registeredModels: RegisteredModelReader;
  readonly modelVersions: ModelVersionReader;
  readonly loggedModels: LoggedModelReader;
  readonly evaluationDatasets: EvaluationDatasetReader;
  readonly records: RecordReader;
  readonly assets: AssetReader;
  readonly storedModels: StoredModelReader;
  readonly fileFacts: FileFactsReader;
  readonly artifacts: ArtifactReader;
  readonly uploads: UploadReader;
  readonly directUploads: DirectUploadReader;
  readonly imports: ImportReader;
  readonly events: EventReader;
}

/** What can be read and changed inside one transaction. It exists nowhere else. */
export interface Writer {
  readonly experiments: ExperimentWriter;
  readonly runs: RunWriter;
  readonly metrics: MetricReader;
  readonly runValues: RunValueWriter;
  readonly registeredModels: RegisteredModelWriter;
  readonly modelVersions: ModelVersionWriter;
  readonly loggedModels: LoggedModelWriter;
  readonly evaluationDatasets: EvaluationDatasetWriter;
  readonly records: RecordWriter;
  readonly assets: AssetWriter;
  readonly storedModels: StoredModelReader;
  readonly fileFacts: FileFactsWriter;
  readonly artifacts: ArtifactWriter;
  readonly uploads: UploadWriter;
  readonly directUploads: DirectUploadWriter;
  readonly imports: ImportWriter;
  readonly events: EventWriter;
}

/**
 * The records of the registry.
 *
 * `work` may run more than once where the store retries after a conflict: it keeps its effects to the writer, awaits nothing but
 * the store, and starts no work of its own beside itself.
 */
export interface MetadataStore {
  read<T>(work: (reader: Reader) => Promise<T>): Promise<T>;
  /** All or nothing; durable when the promise resolves. An error of `work` undoes its changes alone. */
  transact<T>(work: (writer: Writer) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}
