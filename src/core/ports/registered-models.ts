import type { ListQuery } from "../filter/query.ts";
import type { ModelVersion } from "../model/model-versions.ts";
import type { RegisteredModel } from "../model/registered-models.ts";
import type { Page } from "../model/values.ts";

/** Deleted models are invisible here, except to garbage collection. */
export interface RegisteredModelReader {
  getRegisteredModel(name: string): Promise<RegisteredModel | undefined>;
  /** Attributes: name, lastUpdateTime, creationTime, and alias, which holds where any alias of the model does; fields: tag. Ties: name ascending. Order by default: name. */
  searchRegisteredModels(query: ListQuery): Promise<Page<RegisteredModel>>;
  /** For each model, its highest version of each stage that has one. A constant number of statements. */
  getLatestVersions(modelIds: readonly number[]): Promise<ModelVersion[]>;
}

export interface RegisteredModelWriter extends RegisteredModelReader {
  /** Returns the id. */
  insertRegisteredModel(model: Omit<RegisteredModel, "id" | "aliases">): Promise<number>;
  updateRegisteredModel(
    id: number,
    changes: Partial<Pick<RegisteredModel, "name" | "description" | "lastUpdateTime">>,
  ): Promise<void>;
  /** Hides the model and its versions and frees its name. */
  deleteRegisteredModel(id: number, deletedTime: number): Promise<void>;
  setRegisteredModelTag(id: number, key: string, value: string): Promise<void>;
  deleteRegisteredModelTag(id: number, key: string): Promise<boolean>;
  setAlias(id: number, alias: string, version: number): Promise<void>;
  deleteAlias(id: number, alias: string): Promise<boolean>;
}
