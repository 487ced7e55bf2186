import type { AssetState } from "../../core/model/assets.ts";
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
} from "../../core/model/runs.ts";

import type { LifecycleStage, Page, Tag, Timestamp } from "../../core/model/values.ts";
import type { RunReader, RunWriter } from "../../core/ports/runs.ts";
import type { BulkInsert } from "./connection.ts";
import { logDatasetInputs, searchDatasets } from "./datasets.ts";
import { replaceValue } from "./key-values.ts";
import { logMetrics, logModelMetrics } from "./metric-points.ts";
import { completeRuns, type StoredRunRow, toRunInfo } from "./run-data.ts";
import { searchRuns } from "./search/runs.ts";
import type { SqlSession } from "./session.ts";

const VALUE_COLUMNS = { run: "integer", key: "integer", experiment: "integer", value: "text" } as const;

const RUN_PARAMS: BulkInsert = { table: "run_params", columns: VALUE_COLUMNS, onConflict: "DO NOTHING" };

const RUN_TAGS: BulkInsert = {
  table: "run_tags",
  columns: VALUE_COLUMNS,
  onConflict: `(run, key) ${replaceValue("run_tags")}`,
};

const RUN_MODELS: BulkInsert = {
  table: "run_models",
  columns: { run: "integer", direction: "text", model_id: "text", step: "integer" },
  onConflict: "DO NOTHING",
};

export class SqlRunReader implements RunReader {
  protected readonly session: SqlSession;

  constructor(session: SqlSession) {
    this.session = session;
  }

  async getRunHandle(runId: string): Promise<RunHandle | undefined> {
    const row = await this.session.first<Pick<StoredRunRow, "id" | "experiment" | "lifecycle_stage">>(
      "SELECT id, experiment, lifecycle_stage FROM runs WHERE run_id = ?",
      [runId],
    );
    return row && { rowId: row.id, runId, experimentId: row.experiment, lifecycleStage: row.lifecycle_stage };
  }

  async getRunInfo(runId: string): Promise<RunInfo | undefined> {
    const row = await this.#row(runId);
    return row && toRunInfo(row);
  }

  async getRun(runId: string): Promise<Run | undefined> {
    const row = await this.#row(runId);
    return row && (await completeRuns(this.session, [row]))[0];
  }

  async getParams(run: RunHandle, keys: readonly string[]): Promise<Map<string, string>> {
    const { inList, listParameter } = this.session.dialect;
    const ids = await this.session.keys.findAll(keys);
    const rows = await this.session.all<{ key: number; value: string }>(
      `SELECT key, value FROM run_params WHERE run = ? AND ${inList("key", "integer")}`,
      [run.rowId, listParameter([...ids.values()])],
    );
    const names = new Map([...ids].map(([name, id]) => [id, name]));
    return new Map(rows.map(({ key, value }) => [names.get(key) ?? "", value]));
  }

  async getRunTag(run: RunHandle, key: string): Promise<string | undefined> {
    const id = await this.session.keys.find(key);
    if (id === undefined) return undefined;
    const row = await this.session.first<{ value: string }>("SELECT value FROM run_tags WHERE run = ? AND key = ?", [
      run.rowId,
      id,
    ]);
    return row?.value;
  }

  searchRuns(query: Parameters<RunReader["searchRuns"]>[0]): Promise<Page<Run>> {
    return searchRuns(this.session, query);
  }

  searchDatasets(experimentIds: readonly number[], limit: number): Promise<DatasetSummary[]> {
    return searchDatasets(this.session, experimentIds, limit);
  }

  #row(runId: string): Promise<StoredRunRow | undefined> {
    return this.session.first<StoredRunRow>("SELECT * FROM runs WHERE run_id = ?", [runId]);
  }
}

export class SqlRunWriter extends SqlRunReader implements RunWriter {
  async insertRun(run: RunInfo): Promise<RunHandle> {
    const { runId, experimentId, lifecycleStage } = run;
    const row = await this.session.first<{ id: number }>(
      `INSERT INTO runs
         (run_id, experiment, name, user_id, status, start_time, end_time, artifact_uri, lifecycle_stage)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id`,
      [
        runId,
        experimentId,
        run.name,
        run.userId,
        run.status,
        run.startTime,
        run.endTime ?? null,
        run.artifactUri,
        lifecycleStage,
      ],
    );
    if (row === undefined) throw new Error("An inserted run has no id");
    return { rowId: row.id, runId, experimentId, lifecycleStage };
  }

  async updateRun(
    run: RunHandle,
    { name, status, endTime }: Parameters<RunWriter["updateRun"]>[1],
    time: number,
  ): Promise<void> {
    await this.session.run(
      `UPDATE runs SET name = coalesce(?, name), status = coalesce(?, status), end_time = coalesce(?, end_time),
         last_update_time = ? WHERE id = ?`,
      [name ?? null, status ?? null, endTime ?? null, time, run.rowId],
    );
  }

  async setRunLifecycleStage(run: RunHandle, stage: LifecycleStage, time: number): Promise<void> {
    await this.session.run("UPDATE runs SET lifecycle_stage = ?, deleted_time = ?, last_update_time = ? WHERE id = ?", [
      stage,
      stage === "deleted" ? time : null,
      time,
      run.rowId,
    ]);
  }

  async setLifecycleStageOfRuns(experimentId: number, stage: LifecycleStage, time: number): Promise<void> {
    await this.session.run(
      "UPDATE runs SET lifecycle_stage = ?, deleted_time = ?, last_update_time = ? WHERE experiment = ?",
      [stage, stage === "deleted" ? time : null, time, experimentId],
    );
  }

  logMetrics(run: RunHandle, points: readonly MetricPoint[]): Promise<void> {
    return logMetrics(this.session, run, points);
  }

  logModelMetrics(run: RunHandle, points: readonly ModelMetric[]): Promise<string[]> {
    return logModelMetrics(this.session, run, points);
  }

  async insertParams(run: RunHandle, params: readonly Param[]): Promise<number> {
    return this.#insertValues(RUN_PARAMS, run, params);
  }

  async setRunTags(run: RunHandle, tags: readonly Tag[]): Promise<void> {
    await this.#insertValues(RUN_TAGS, run, tags);
  }

  async deleteRunTag(run: RunHandle, key: string): Promise<boolean> {
    const id = await this.session.keys.find(key);
    if (id === undefined) return false;
    return (await this.session.run("DELETE FROM run_tags WHERE run = ? AND key = ?", [run.rowId, id])) > 0;
  }

  logDatasetInputs(
    run: RunHandle,
    inputs: readonly { dataset: Dataset; tags: readonly Tag[] }[],
    time: Timestamp,
    state?: AssetState,
  ): Promise<void> {
    return logDatasetInputs(this.session, run, inputs, time, state);
  }

  logModelInputs(run: RunHandle, modelIds: readonly string[]): Promise<void> {
    return this.#linkModels(
      run,
      "input",
      modelIds.map((modelId) => ({ modelId, step: 0 })),
    );
  }

  logModelOutputs(run: RunHandle, outputs: readonly ModelOutput[]): Promise<void> {
    return this.#linkModels(run, "output", outputs);
  }

  async #insertValues(
    insert: BulkInsert,
    run: RunHandle,
    values: readonly { key: string; value: string }[],
  ): Promise<number> {
    if (values.length === 0) return 0;
    const ids = await this.session.keys.intern(values.map(({ key }) => key));
    return this.session.insertAll(
      insert,
      values.map(({ key, value }) => [run.rowId, ids.get(key) ?? null, run.experimentId, value]),
    );
  }

  async #linkModels(run: RunHandle, direction: "input" | "output", models: readonly ModelOutput[]): Promise<void> {
    await this.session.insertAll(
      RUN_MODELS,
      models.map(({ modelId, step }) => [run.rowId, direction, modelId, step]),
    );
  }
}
