import type { ListQuery } from "../filter/query.ts";
import type { DatasetRecord, EvaluationDataset } from "../model/evaluation-datasets.ts";
import type { Cursor, Page, Tag } from "../model/values.ts";

/** The store's own number of a dataset, and what the rules need to know of it. */
export interface EvaluationDatasetHandle extends EvaluationDataset {
  rowId: number;
}

/** A record with what makes it the same as another one: the hash of its inputs. */
export interface HashedRecord {
  inputHash: string;
  record: DatasetRecord;
}

export interface EvaluationDatasetReader {
  getEvaluationDataset(datasetId: string): Promise<EvaluationDatasetHandle | undefined>;
  /**
   * Attributes: name, creationTime, lastUpdateTime, createdBy, lastUpdatedBy; fields: tag. Order by default: creationTime, descending.
   * Ties: datasetId, descending. `experimentIds`: only datasets of one of these, where there are any.
   */
  searchEvaluationDatasets(query: ListQuery & { experimentIds: readonly number[] }): Promise<Page<EvaluationDataset>>;
  getDatasetExperimentIds(dataset: EvaluationDatasetHandle): Promise<number[]>;
  /** By creation time, then record id. */
  getDatasetRecords(
    dataset: EvaluationDatasetHandle,
    query: { limit: number; after?: Cursor },
  ): Promise<Page<DatasetRecord>>;
  /** The records that have one of these hashes, by hash. */
  findDatasetRecords(
    dataset: EvaluationDatasetHandle,
    inputHashes: readonly string[],
  ): Promise<Map<string, DatasetRecord>>;
}

export interface EvaluationDatasetWriter extends EvaluationDatasetReader {
  insertEvaluationDataset(dataset: EvaluationDataset, experimentIds: readonly number[]): Promise<void>;
  updateEvaluationDataset(
    dataset: EvaluationDatasetHandle,
    changes: Partial<Pick<EvaluationDataset, "digest" | "schema" | "recordCount" | "lastUpdateTime" | "lastUpdatedBy">>,
  ): Promise<void>;
  /** For good, with its records. */
  deleteEvaluationDataset(dataset: EvaluationDatasetHandle): Promise<void>;
  setDatasetTags(dataset: EvaluationDatasetHandle, tags: readonly Tag[]): Promise<void>;
  deleteDatasetTag(dataset: EvaluationDatasetHandle, key: string): Promise<boolean>;
  addDatasetToExperiments(dataset: EvaluationDatasetHandle, experimentIds: readonly number[]): Promise<void>;
  removeDatasetFromExperiments(dataset: EvaluationDatasetHandle, experimentIds: readonly number[]): Promise<number>;
  /** Inserts records, or replaces those of the same hash. */
  putDatasetRecords(dataset: EvaluationDatasetHandle, records: readonly HashedRecord[]): Promise<void>;
  /** Returns how many there were. */
  deleteDatasetRecords(dataset: EvaluationDatasetHandle, recordIds: readonly string[]): Promise<number>;
}
