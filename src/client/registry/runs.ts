import { itemsOf } from "../pages.ts";
import type { RequestOptions } from "../transport.ts";
import { MlflowOperations, type SearchOptions, toRecord, type WireTag } from "./mlflow.ts";

/** One execution of training code. */
export interface Run {
  runId: string;
  experimentId: string;
  name: string;
  status: "RUNNING" | "SCHEDULED" | "FINISHED" | "FAILED" | "KILLED";
  lifecycleStage: "active" | "deleted";
  artifactUri: string;
  /** Milliseconds since 1970. */
  startTime: number;
  /** Milliseconds since 1970; null while it runs. */
  endTime: number | null;
  /** The latest value of each; NaN and the infinities are possible. */
  metrics: Readonly<Record<string, number>>;
  params: Readonly<Record<string, string>>;
  tags: Readonly<Record<string, string>>;
}

interface WireRun {
  info: {
    run_id: string;
    experiment_id: string;
    run_name?: string;
    status: Run["status"];
    lifecycle_stage: Run["lifecycleStage"];
    artifact_uri: string;
    start_time: number;
    end_time?: number;
  };
  /** A value that JSON has no number for is text. */
  data: { metrics?: { key: string; value: number | string }[]; params?: WireTag[]; tags?: WireTag[] };
}

/** Runs, to be read: training code writes them through MLflow. */
export class Runs extends MlflowOperations {
  /** Throws `NotFoundError`. */
  async get(runId: string, { signal }: RequestOptions = {}): Promise<Run> {
    return toRun((await this.read<{ run: WireRun }>("runs/get", { run_id: runId }, signal)).run);
  }

  /**
   * All active runs of these experiments that fit the filter, such as `metrics.loss < 0.1`. Throws `InvalidValueError` for a filter that it
   * doesn't understand.
   */
  async *search(
    experimentIds: readonly string[],
    { filter, orderBy, pageSize = 100, signal }: SearchOptions = {},
  ): AsyncGenerator<Run> {
    const wanted = { experiment_ids: experimentIds, filter, order_by: orderBy, max_results: pageSize };
    yield* itemsOf(async (pageToken) => {
      const answer = await this.change<{ runs?: WireRun[]; next_page_token?: string }>(
        "POST",
        "runs/search",
        { ...wanted, page_token: pageToken },
        signal,
      );
      return { items: (answer.runs ?? []).map(toRun), nextPageToken: answer.next_page_token };
    });
  }
}

function toRun({ info, data }: WireRun): Run {
  return {
    runId: info.run_id,
    experimentId: info.experiment_id,
    name: info.run_name ?? "",
    status: info.status,
    lifecycleStage: info.lifecycle_stage,
    artifactUri: info.artifact_uri,
    startTime: Number(info.start_time),
    endTime: info.end_time === undefined ? null : Number(info.end_time),
    metrics: Object.fromEntries((data.metrics ?? []).map(({ key, value }) => [key, Number(value)])),
    params: toRecord(data.params),
    tags: toRecord(data.tags),
  };
}
