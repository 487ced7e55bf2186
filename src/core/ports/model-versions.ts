import type { ListQuery } from "../filter/query.ts";
import type { ModelVersion, Stage } from "../model/model-versions.ts";
import type { Page } from "../model/values.ts";

/** Deleted versions, and versions of deleted models, are invisible here. */
export interface ModelVersionReader {
  getModelVersion(modelName: string, number: number): Promise<ModelVersion | undefined>;
  getModelVersionByAlias(modelName: string, alias: string): Promise<ModelVersion | undefined>;
  /** The version with the highest number. */
  getHighestModelVersion(modelName: string): Promise<ModelVersion | undefined>;
  /**
   * Attributes: modelName, number, runId, source, stage, creationTime, lastUpdateTime, and alias, which holds where any alias of the
   * version does; fields: tag.
   * Ties: modelName ascending, number descending. Order by default: lastUpdateTime descending.
   */
  searchModelVersions(query: ListQuery): Promise<Page<ModelVersion>>;
}

export interface ModelVersionWriter extends ModelVersionReader {
  /** Takes the next number of a model, whichever state it is in: one more than the highest ever used. Undefined where there is no such model. */
  takeVersionNumber(modelId: number): Promise<{ number: number; modelName: string } | undefined>;
  /**
   * Takes the next number of the model. It is the version's name too, or the name with `.1`, `.2`, … where a version has that already.
   * The source of a version is an asset of it, except for prompts, which have no files.
   */
  insertModelVersion(version: Omit<ModelVersion, "id" | "number" | "aliases">): Promise<{ id: number; number: number }>;
  updateModelVersion(
    id: number,
    /** A description of `null` removes it. */
    changes: Partial<Pick<ModelVersion, "stage" | "lastUpdateTime" | "status" | "statusMessage">> & {
      description?: string | null;
    },
  ): Promise<void>;
  /** Marks every version of the model as changed. */
  touchModelVersions(modelId: number, time: number): Promise<void>;
  /** Moves every other version of the model that is in `from` to `to`; returns their numbers. */
  moveOtherVersions(version: ModelVersion, from: Stage, to: Stage, time: number): Promise<number[]>;
  /** Hides the version and removes the aliases that point to it; returns those. Its number stays used. */
  deleteModelVersion(version: Pick<ModelVersion, "id" | "modelId" | "number">, deletedTime: number): Promise<string[]>;
  setModelVersionTag(id: number, key: string, value: string): Promise<void>;
  deleteModelVersionTag(id: number, key: string): Promise<boolean>;
}
