import type { Stage } from "./model/model-versions.ts";
import type { RunStatus } from "./model/runs.ts";

/**
 * Every change that the registry tells the world about. Each is written to the outbox in the transaction of the change and
 * delivered after its commit. A closed union: consumers handle all kinds or do not compile.
 */
export type RegistryEvent =
  | { kind: "experiment.created"; experimentId: number; name: string }
  | { kind: "experiment.updated"; experimentId: number }
  | { kind: "experiment.renamed"; experimentId: number; name: string }
  | { kind: "experiment.deleted"; experimentId: number }
  | { kind: "experiment.restored"; experimentId: number }
  | { kind: "experiment.purged"; experimentId: number; name: string }
  | { kind: "experiment.tag-set"; experimentId: number; key: string }
  | { kind: "experiment.tag-deleted"; experimentId: number; key: string }
  | { kind: "run.created"; runId: string; experimentId: number }
  | { kind: "run.updated"; runId: string; status: RunStatus }
  | { kind: "run.deleted"; runId: string }
  | { kind: "run.restored"; runId: string }
  | { kind: "run.purged"; runId: string }
  | { kind: "run.data-logged"; runId: string; metrics: number; params: number; tags: number }
  | { kind: "run.tag-deleted"; runId: string; key: string }
  | { kind: "run.inputs-logged"; runId: string; datasets: number; models: number }
  | { kind: "run.outputs-logged"; runId: string; models: number }
  | { kind: "logged-model.created"; modelId: string; experimentId: number }
  | { kind: "logged-model.updated"; modelId: string }
  | { kind: "logged-model.deleted"; modelId: string }
  | { kind: "registered-model.created"; name: string; prompt: boolean }
  | { kind: "registered-model.updated"; name: string }
  | { kind: "registered-model.renamed"; name: string; newName: string }
  | { kind: "registered-model.deleted"; name: string }
  | { kind: "registered-model.restored"; name: string }
  | { kind: "registered-model.purged"; name: string }
  | { kind: "registered-model.tag-set"; name: string; key: string; value: string }
  | { kind: "registered-model.tag-deleted"; name: string; key: string }
  | { kind: "registered-model.alias-set"; name: string; alias: string; version: number }
  | { kind: "registered-model.alias-deleted"; name: string; alias: string }
  | { kind: "model-version.created"; name: string; version: number; prompt: boolean }
  | { kind: "model-version.updated"; name: string; version: number }
  | { kind: "model-version.stage-changed"; name: string; version: number; from: Stage; to: Stage }
  | { kind: "model-version.deleted"; name: string; version: number }
  | { kind: "model-version.restored"; name: string; version: number }
  | { kind: "model-version.purged"; name: string; version: number }
  | { kind: "model-version.tag-set"; name: string; version: number; key: string; value: string }
  | { kind: "model-version.tag-deleted"; name: string; version: number; key: string }
  | { kind: "serving-environment.created"; environmentId: number; name: string }
  | { kind: "serving-environment.updated"; environmentId: number }
  | { kind: "serving-environment.deleted"; environmentId: number }
  | { kind: "inference-service.created"; serviceId: number; environmentId: number; name: string }
  | { kind: "inference-service.updated"; serviceId: number }
  | { kind: "inference-service.deleted"; serviceId: number }
  | { kind: "serve-model.created"; serveId: number; serviceId: number; versionId: number }
  | { kind: "evaluation-dataset.created"; datasetId: string; name: string }
  | { kind: "evaluation-dataset.updated"; datasetId: string }
  | { kind: "evaluation-dataset.deleted"; datasetId: string }
  | { kind: "evaluation-dataset.records-logged"; datasetId: string; inserted: number; updated: number }
  | { kind: "evaluation-dataset.records-deleted"; datasetId: string; records: number }
  | { kind: "asset.created"; assetId: number; name: string }
  | { kind: "asset.updated"; assetId: number }
  | { kind: "asset.deleted"; assetId: number; name: string }
  | { kind: "artifact.stored"; path: string; digest: string; size: number }
  | { kind: "artifact.deleted"; path: string };

/** An event as the outbox keeps it. `id` grows with commit order. */
export interface StoredEvent {
  id: number;
  /** Milliseconds since 1970, from the server's clock. */
  time: number;
  event: RegistryEvent;
}
