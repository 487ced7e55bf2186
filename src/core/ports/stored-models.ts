import type { StoredModelRecord } from "../model/stored-models.ts";
import type { Cursor, Page } from "../model/values.ts";

/** Which stored models to list; each condition that is given has to hold. */
export interface StoredModelQuery {
  modelName?: string;
  versionName?: string;
  externalId?: string;
  /** A beginning of the location of the files, which ends with a slash: `mlflow-artifacts:/registered-models/<group>/`. */
  locationPrefix?: string;
  framework?: string;
  /** Tags of the version, each with its value. */
  tags?: readonly { key: string; value: string }[];
  /** Part of the model's name or of the version's description, in any case. */
  search?: string;
  limit: number;
  after?: Cursor;
}

/** Versions with what hangs on them. Deleted ones, those of deleted models, and prompts are invisible here. */
export interface StoredModelReader {
  /** By the number of the version; in the order of the numbers that were given, without those that are not there. */
  getStoredModels(ids: readonly number[]): Promise<StoredModelRecord[]>;
  /** The newest one that another registry knew by this id, if any. */
  findImportedModel(importedId: string): Promise<StoredModelRecord | undefined>;
  /** Newest first. A constant number of statements. */
  listStoredModels(query: StoredModelQuery): Promise<Page<StoredModelRecord>>;
  /**
   * Where a version, or all versions of a model, in whichever state, have their files among those of stored models, without what other
   * versions share.
   */
  getOwnLocations(of: { versionId: number } | { modelId: number }): Promise<string[]>;
}
