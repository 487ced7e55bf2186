import type { LoggedModel } from "../../core/model/logged-models.ts";
import type { Param } from "../../core/model/runs.ts";
import type { Page, Tag } from "../../core/model/values.ts";
import type { LoggedModelQuery, LoggedModelReader, LoggedModelWriter } from "../../core/ports/logged-models.ts";
import { insertLoggedModelAsset, touchLoggedModelAsset } from "./assets/views.ts";
import { deleteKeyValue, setKeyValues } from "./key-values.ts";
import { completeLoggedModels, type StoredLoggedModelRow } from "./rows/logged-models.ts";
import { searchLoggedModels } from "./search/logged-models.ts";
import type { SqlSession } from "./session.ts";

export class SqlLoggedModelReader implements LoggedModelReader {
  protected readonly session: SqlSession;

  constructor(session: SqlSession) {
    this.session = session;
  }

  async getLoggedModel(modelId: string, { withDeleted } = { withDeleted: false }): Promise<LoggedModel | undefined> {
    const rows = await this.session.all<StoredLoggedModelRow>("SELECT * FROM logged_models WHERE model_id = ?", [
      modelId,
    ]);
    const visible = rows.filter((row) => withDeleted || row.lifecycle_stage === "active");
    return (await completeLoggedModels(this.session, visible))[0];
  }

  searchLoggedModels(query: LoggedModelQuery): Promise<Page<LoggedModel>> {
    return searchLoggedModels(this.session, query);
  }
}

export class SqlLoggedModelWriter extends SqlLoggedModelReader implements LoggedModelWriter {
  async insertLoggedModel(model: Parameters<LoggedModelWriter["insertLoggedModel"]>[0]): Promise<void> {
    const row = await this.session.first<{ id: number }>(
      `INSERT INTO logged_models (model_id, experiment, name, artifact_location, creation_time, last_update_time, status,
         status_message, model_type, source_run_id, lifecycle_stage)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'active') RETURNING id`,
      [
        model.modelId,
        model.experimentId,
        model.name,
        model.artifactLocation,
        model.creationTime,
        model.lastUpdateTime,
        model.status,
        model.statusMessage ?? null,
        model.modelType ?? null,
        model.sourceRunId ?? null,
      ],
    );
    if (row === undefined) throw new Error("An inserted logged model has no id");
    await setKeyValues(this.session, "logged_model_params", row.id, model.params);
    await setKeyValues(this.session, "logged_model_tags", row.id, model.tags);
    await insertLoggedModelAsset(this.session, row.id, model);
  }

  async updateLoggedModel(
    modelId: string,
    { status, lastUpdateTime }: Parameters<LoggedModelWriter["updateLoggedModel"]>[1],
  ): Promise<void> {
    await this.session.run(
      `UPDATE logged_models SET status = coalesce(?, status), last_update_time = coalesce(?, last_update_time)
       WHERE model_id = ?`,
      [status ?? null, lastUpdateTime ?? null, modelId],
    );
    if (lastUpdateTime !== undefined) await touchLoggedModelAsset(this.session, modelId, lastUpdateTime);
  }

  async deleteLoggedModel(modelId: string, time: number): Promise<void> {
    await this.session.run(
      "UPDATE logged_models SET lifecycle_stage = 'deleted', last_update_time = ? WHERE model_id = ?",
      [time, modelId],
    );
    await touchLoggedModelAsset(this.session, modelId, time);
  }

  async setLoggedModelTags(modelId: string, tags: readonly Tag[]): Promise<void> {
    await setKeyValues(this.session, "logged_model_tags", await this.#rowId(modelId), tags);
  }

  async deleteLoggedModelTag(modelId: string, key: string): Promise<boolean> {
    return deleteKeyValue(this.session, "logged_model_tags", await this.#rowId(modelId), key);
  }

  async insertLoggedModelParams(modelId: string, params: readonly Param[]): Promise<void> {
    await setKeyValues(this.session, "logged_model_params", await this.#rowId(modelId), params);
  }

  async #rowId(modelId: string): Promise<number> {
    const row = await this.session.first<{ id: number }>("SELECT id FROM logged_models WHERE model_id = ?", [modelId]);
    if (row === undefined) throw new Error(`No logged model has the id ${modelId}`);
    return row.id;
  }
}
