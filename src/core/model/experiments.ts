import type { LifecycleStage, Tag, Timestamp } from "./values.ts";

/** A named group of runs. */
export interface Experiment {
  /** Assigned by the server, 1, 2, 3, …; 0 is the experiment `Default`. */
  id: number;
  /** Unique among active experiments. */
  name: string;
  /** Root of the artifacts of its runs. Data: the server never opens it. */
  artifactLocation: string;
  lifecycleStage: LifecycleStage;
  /** Who is responsible for it, as a client said. */
  owner?: string;
  creationTime: Timestamp;
  lastUpdateTime: Timestamp;
  tags: Tag[];
}

export type NewExperiment = Omit<Experiment, "id">;

/** The experiment that every data folder starts with. */
export const DEFAULT_EXPERIMENT_ID = 0;
