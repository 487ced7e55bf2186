import { itemsOf } from "../pages.ts";
import type { RequestOptions } from "../transport.ts";
import { MlflowOperations, type SearchOptions, toRecord, type WireTag } from "./mlflow.ts";

/** A named group of runs. */
export interface Experiment {
  experimentId: string;
  name: string;
  /** Below it are the files of its runs. */
  artifactLocation: string;
  lifecycleStage: "active" | "deleted";
  tags: Readonly<Record<string, string>>;
  /** Milliseconds since 1970. */
  creationTimestamp: number;
  /** Milliseconds since 1970. */
  lastUpdatedTimestamp: number;
}

interface WireExperiment {
  experiment_id: string;
  name: string;
  artifact_location: string;
  lifecycle_stage: Experiment["lifecycleStage"];
  tags?: WireTag[];
  creation_time: number;
  last_update_time: number;
}

/** Experiments, to be read: training code writes them through MLflow. */
export class Experiments extends MlflowOperations {
  /** Throws `NotFoundError`. */
  async get(experimentId: string, { signal }: RequestOptions = {}): Promise<Experiment> {
    const query = { experiment_id: experimentId };
    return toExperiment((await this.read<{ experiment: WireExperiment }>("experiments/get", query, signal)).experiment);
  }

  /** Throws `NotFoundError`. */
  async getByName(name: string, { signal }: RequestOptions = {}): Promise<Experiment> {
    const query = { experiment_name: name };
    const answer = await this.read<{ experiment: WireExperiment }>("experiments/get-by-name", query, signal);
    return toExperiment(answer.experiment);
  }

  /** All active ones that fit the filter. Throws `InvalidValueError` for a filter that it doesn't understand. */
  async *list({ filter, orderBy, pageSize = 100, signal }: SearchOptions = {}): AsyncGenerator<Experiment> {
    const wanted = { filter, order_by: orderBy ?? [], max_results: pageSize };
    yield* itemsOf(async (pageToken) => {
      const answer = await this.read<{ experiments?: WireExperiment[]; next_page_token?: string }>(
        "experiments/search",
        { ...wanted, page_token: pageToken },
        signal,
      );
      return { items: (answer.experiments ?? []).map(toExperiment), nextPageToken: answer.next_page_token };
    });
  }
}

function toExperiment(wire: WireExperiment): Experiment {
  return {
    experimentId: wire.experiment_id,
    name: wire.name,
    artifactLocation: wire.artifact_location,
    lifecycleStage: wire.lifecycle_stage,
    tags: toRecord(wire.tags),
    creationTimestamp: Number(wire.creation_time),
    lastUpdatedTimestamp: Number(wire.last_update_time),
  };
}
