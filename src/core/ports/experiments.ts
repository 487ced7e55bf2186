import type { ListQuery, ViewType } from "../filter/query.ts";
import type { Experiment, NewExperiment } from "../model/experiments.ts";
import type { Page } from "../model/values.ts";

export interface ExperimentReader {
  getExperiment(id: number): Promise<Experiment | undefined>;
  /** The active experiment of that name; where there is none, the one that was deleted last. */
  getExperimentByName(name: string): Promise<Experiment | undefined>;
  /** Attributes: id, name, creationTime, lastUpdateTime; fields: tag. Ties: id, descending. */
  searchExperiments(query: ListQuery & { view: ViewType }): Promise<Page<Experiment>>;
}

export interface ExperimentWriter extends ExperimentReader {
  /**
   * Returns the id: the one given, or else one that the store assigns. The artifact location is completed by `updateExperiment` where
   * it contains an assigned id.
   */
  insertExperiment(experiment: NewExperiment, id?: number): Promise<number>;
  updateExperiment(
    id: number,
    changes: Partial<Pick<Experiment, "name" | "lifecycleStage" | "lastUpdateTime" | "artifactLocation">>,
  ): Promise<void>;
  setExperimentTag(id: number, key: string, value: string): Promise<void>;
  /** False where there was no such tag. */
  deleteExperimentTag(id: number, key: string): Promise<boolean>;
}
