/** Everything that the server has acknowledged; whatever is not in here may or may not have happened. */
export interface Acknowledged {
  /** Run ids, with the steps of the metric `loss` that were acknowledged. */
  runs: Map<string, Set<number>>;
  /** Versions of the model, with the run that each names. */
  versions: Map<string, string>;
  /** Paths in the artifact tree, with the SHA-256 of what was put there. */
  artifacts: Map<string, string>;
  /** Paths whose deletion was acknowledged. */
  deletedArtifacts: Set<string>;
  /** Ids of stored models, with the SHA-256 of what was sent. */
  models: Map<string, string>;
  /** Ids of stored models whose deletion was acknowledged. */
  deletedModels: Set<string>;
  /** Paths of resumable uploads that are no models yet. */
  uploads: Map<string, ResumableUpload>;
}

export interface ResumableUpload {
  /** All that is to be sent. */
  bytes: Uint8Array;
  /** Bytes that the server has acknowledged. */
  offset: number;
}

export function nothingAcknowledged(): Acknowledged {
  return {
    runs: new Map(),
    versions: new Map(),
    artifacts: new Map(),
    deletedArtifacts: new Set(),
    models: new Map(),
    deletedModels: new Set(),
    uploads: new Map(),
  };
}

export function countAcknowledged(acknowledged: Acknowledged): number {
  return Object.values(acknowledged).reduce((sum, kind) => sum + kind.size, 0);
}
