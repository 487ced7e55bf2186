import type { ListQuery, ViewType } from "../filter/query.ts";
import type {
  Dataset,
  DatasetSummary,
  LoggedMetric,
  ModelOutput,
  Param,
  Run,
  RunHandle,
  RunInfo,
} from "../model/runs.ts";
import type { LifecycleStage, Page, Tag, Timestamp } from "../model/values.ts";

export interface RunReader {
  getRunHandle(runId: string): Promise<RunHandle | undefined>;
  getRunInfo(runId: string): Promise<RunInfo | undefined>;
  getRun(runId: string): Promise<Run | undefined>;
  /** Values of the given params of one run; those that were never logged are absent. */
  getParams(run: RunHandle, keys: readonly string[]): Promise<Map<string, string>>;
  /**
   * Attributes: runId, name, status, artifactUri, userId, startTime, endTime, experimentId; fields: metric, param, tag, dataset.
   * Ties: startTime descending, then runId ascending.
   */
  searchRuns(query: ListQuery & { experimentIds: readonly number[]; view: ViewType }): Promise<Page<Run>>;
  searchDatasets(experimentIds: readonly number[], limit: number): Promise<DatasetSummary[]>;
}

export interface RunWriter extends RunReader {
  insertRun(run: RunInfo): Promise<RunHandle>;
  updateRun(
    run: RunHandle,
    changes: Partial<Pick<RunInfo, "name" | "status" | "endTime" | "lifecycleStage">> & {
      deletedTime?: Timestamp | null;
    },
  ): Promise<void>;
  /** Every run of the experiment, whatever its stage. */
  setLifecycleStageOfRuns(experimentId: number, stage: LifecycleStage, deletedTime: Timestamp | null): Promise<void>;
  /** Adds points and moves each key's latest point where a new one is greater. Equal points vanish. */
  logMetrics(run: RunHandle, points: readonly LoggedMetric[]): Promise<void>;
  /** Inserts params that are known to be new. */
  insertParams(run: RunHandle, params: readonly Param[]): Promise<void>;
  setRunTags(run: RunHandle, tags: readonly Tag[]): Promise<void>;
  deleteRunTag(run: RunHandle, key: string): Promise<boolean>;
  /** Links datasets; a dataset that is already an input of the run is left as it is, its tags included. */
  logDatasetInputs(run: RunHandle, inputs: readonly { dataset: Dataset; tags: readonly Tag[] }[]): Promise<void>;
  logModelInputs(run: RunHandle, modelIds: readonly string[]): Promise<void>;
  logModelOutputs(run: RunHandle, outputs: readonly ModelOutput[]): Promise<void>;
}
