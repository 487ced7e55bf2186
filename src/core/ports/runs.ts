import type { ListQuery, ViewType } from "../filter/query.ts";
import type { AssetState } from "../model/assets.ts";
import type {
  Dataset,
  DatasetSummary,
  MetricPoint,
  ModelMetric,
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
  getRunTag(run: RunHandle, key: string): Promise<string | undefined>;
  /**
   * Attributes: runId, name, status, artifactUri, userId, startTime, endTime, experimentId; fields: metric, param, tag, dataset.
   * Ties: startTime descending, then runId ascending.
   */
  searchRuns(query: ListQuery & { experimentIds: readonly number[]; view: ViewType }): Promise<Page<Run>>;
  searchDatasets(experimentIds: readonly number[], limit: number): Promise<DatasetSummary[]>;
}

export interface RunWriter extends RunReader {
  insertRun(run: RunInfo): Promise<RunHandle>;
  /** `time`, in milliseconds since 1970, is kept as the time of the change. */
  updateRun(
    run: RunHandle,
    changes: Partial<Pick<RunInfo, "name" | "status" | "endTime">>,
    time: number,
  ): Promise<void>;
  /** `time` is kept as the time of the change and of the deletion. */
  setRunLifecycleStage(run: RunHandle, stage: LifecycleStage, time: number): Promise<void>;
  /** Every run of the experiment, whatever its stage. */
  setLifecycleStageOfRuns(experimentId: number, stage: LifecycleStage, time: number): Promise<void>;
  /** Adds points and moves each key's latest point where a new one is greater. Equal points vanish. */
  logMetrics(run: RunHandle, points: readonly MetricPoint[]): Promise<void>;
  /** Adds points to logged models. Returns the ids of models that do not exist; their points are left out. */
  logModelMetrics(run: RunHandle, points: readonly ModelMetric[]): Promise<string[]>;
  /** Inserts the params that the run does not have yet, and returns how many those are. No two may have the same key. */
  insertParams(run: RunHandle, params: readonly Param[]): Promise<number>;
  /** No two of the tags may have the same key. */
  setRunTags(run: RunHandle, tags: readonly Tag[]): Promise<void>;
  deleteRunTag(run: RunHandle, key: string): Promise<boolean>;
  /**
   * Links datasets; a dataset that is already an input of the run is left as it is, its tags included. No two of the inputs may name
   * the same dataset, and no two tags of one input have the same key. A new input is an asset of the run, made at `time` and in this
   * `state`.
   */
  logDatasetInputs(
    run: RunHandle,
    inputs: readonly { dataset: Dataset; tags: readonly Tag[] }[],
    time: Timestamp,
    state?: AssetState,
  ): Promise<void>;
  logModelInputs(run: RunHandle, modelIds: readonly string[]): Promise<void>;
  logModelOutputs(run: RunHandle, outputs: readonly ModelOutput[]): Promise<void>;
}
