import type { ListQuery } from "../../core/filter/query.ts";
import type { ModelVersion } from "../../core/model/model-versions.ts";
import type { RegisteredModel } from "../../core/model/registered-models.ts";
import type { Page } from "../../core/model/values.ts";
import type { RegisteredModelReader, RegisteredModelWriter } from "../../core/ports/registered-models.ts";
import { renameSourceAssets } from "./assets/views.ts";
import { deleteKeyValue, setKeyValues } from "./key-values.ts";
import { readModelVersions } from "./rows/model-versions.ts";
import { completeRegisteredModels, type StoredRegisteredModelRow } from "./rows/registered-models.ts";
import { searchRegisteredModels } from "./search/registered-models.ts";
import type { SqlSession } from "./session.ts";

export class SqlRegisteredModelReader implements RegisteredModelReader {
  protected readonly session: SqlSession;

  constructor(session: SqlSession) {
    this.session = session;
  }

  async getRegisteredModel(name: string): Promise<RegisteredModel | undefined> {
    const rows = await this.session.all<StoredRegisteredModelRow>(
      "SELECT * FROM registered_models WHERE name = ? AND lifecycle_stage = 'active'",
      [name],
    );
    return (await completeRegisteredModels(this.session, rows))[0];
  }

  searchRegisteredModels(query: ListQuery): Promise<Page<RegisteredModel>> {
    return searchRegisteredModels(this.session, query);
  }

  getLatestVersions(modelIds: readonly number[]): Promise<ModelVersion[]> {
    const { inList, listParameter } = this.session.dialect;
    // One step into the index (model, stage, number) for each model and stage, however many versions there are.
    const from = `FROM registered_models m
      CROSS JOIN (SELECT 'None' AS stage UNION ALL SELECT 'Staging' UNION ALL SELECT 'Production' UNION ALL SELECT 'Archived') s
      JOIN model_versions v ON v.model = m.id AND v.number = (
        SELECT latest.number FROM model_versions latest
        WHERE latest.model = m.id AND latest.stage = s.stage AND latest.lifecycle_stage = 'active'
        ORDER BY latest.number DESC LIMIT 1)
      WHERE ${inList("m.id", "integer")} ORDER BY v.model, v.number`;
    return readModelVersions(this.session, from, [listParameter(modelIds)]);
  }
}

export class SqlRegisteredModelWriter extends SqlRegisteredModelReader implements RegisteredModelWriter {
  async insertRegisteredModel(model: Omit<RegisteredModel, "id" | "aliases">): Promise<number> {
    const row = await this.session.first<{ id: number }>(
      `INSERT INTO registered_models (name, description, owner, lifecycle_stage, creation_time, last_update_time, last_version)
       VALUES (?, ?, ?, 'active', ?, ?, 0) RETURNING id`,
      [model.name, model.description ?? null, model.owner ?? null, model.creationTime, model.lastUpdateTime],
    );
    if (row === undefined) throw new Error("An inserted registered model has no id");
    await setKeyValues(this.session, "registered_model_tags", row.id, model.tags);
    return row.id;
  }

  async updateRegisteredModel(
    id: number,
    { name, description, lastUpdateTime }: Parameters<RegisteredModelWriter["updateRegisteredModel"]>[1],
  ): Promise<void> {
    if (name !== undefined) await renameSourceAssets(this.session, id, name);
    await this.session.run(
      `UPDATE registered_models SET name = coalesce(?, name), description = coalesce(?, description),
         last_update_time = coalesce(?, last_update_time) WHERE id = ?`,
      [name ?? null, description ?? null, lastUpdateTime ?? null, id],
    );
  }

  async deleteRegisteredModel(id: number, deletedTime: number): Promise<void> {
    await this.session.run(
      "UPDATE registered_models SET lifecycle_stage = 'deleted', deleted_time = ?, last_update_time = ? WHERE id = ?",
      [deletedTime, deletedTime, id],
    );
  }

  setRegisteredModelTag(id: number, key: string, value: string): Promise<void> {
    return setKeyValues(this.session, "registered_model_tags", id, [{ key, value }]);
  }

  deleteRegisteredModelTag(id: number, key: string): Promise<boolean> {
    return deleteKeyValue(this.session, "registered_model_tags", id, key);
  }

  async setAlias(id: number, alias: string, version: number): Promise<void> {
    await this.session.run(
      `INSERT INTO aliases (model, alias, version) VALUES (?, ?, ?)
       ON CONFLICT (model, alias) DO UPDATE SET version = excluded.version`,
      [id, alias, version],
    );
  }

  async deleteAlias(id: number, alias: string): Promise<boolean> {
    return (await this.session.run("DELETE FROM aliases WHERE model = ? AND alias = ?", [id, alias])) > 0;
  }
}
