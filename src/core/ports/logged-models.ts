import type { ListQuery } from "../filter/query.ts";
import type { LoggedModel } from "../model/logged-models.ts";
import type { Param } from "../model/runs.ts";
import type { Page, Tag } from "../model/values.ts";

/** Restricts metric conditions, and the models shown, to metrics that were measured on one of these datasets. */
export interface DatasetScope {
  name: string;
  digest?: string;
}

/** An order key of logged models: a metric may be taken on one dataset, or on those that share a name or a digest. */
export interface LoggedModelOrderKey {
  field: { kind: "attribute"; name: string } | { kind: "metric"; key: string; dataset?: Partial<DatasetScope> };
  descending: boolean;
}

export type LoggedModelQuery = Omit<ListQuery, "order"> & {
  experimentIds: readonly number[];
  datasets: readonly DatasetScope[];
  order: readonly LoggedModelOrderKey[];
};

/** Deleted logged models are invisible here, unless asked for. */
export interface LoggedModelReader {
  getLoggedModel(modelId: string, options?: { withDeleted: boolean }): Promise<LoggedModel | undefined>;
  /**
   * Attributes: name, modelId, modelType, status, sourceRunId, creationTime, lastUpdateTime, experimentId; fields: metric, param,
   * tag. Ties: creationTime descending, then modelId ascending.
   */
  searchLoggedModels(query: LoggedModelQuery): Promise<Page<LoggedModel>>;
}

export interface LoggedModelWriter extends LoggedModelReader {
  /** Makes it an asset of its run too. */
  /** `format`: of its files, for those to whom it is an asset. */
  insertLoggedModel(model: Omit<LoggedModel, "metrics"> & { format?: string }): Promise<void>;
  updateLoggedModel(modelId: string, changes: Partial<Pick<LoggedModel, "status" | "lastUpdateTime">>): Promise<void>;
  deleteLoggedModel(modelId: string, time: number): Promise<void>;
  setLoggedModelTags(modelId: string, tags: readonly Tag[]): Promise<void>;
  deleteLoggedModelTag(modelId: string, key: string): Promise<boolean>;
  /** Inserts params that are known to be new. */
  insertLoggedModelParams(modelId: string, params: readonly Param[]): Promise<void>;
}
