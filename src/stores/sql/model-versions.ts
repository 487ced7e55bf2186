import type { ListQuery } from "../../core/filter/query.ts";
import type { ModelVersion, Stage } from "../../core/model/model-versions.ts";
import { isPrompt } from "../../core/model/registered-models.ts";
import type { Page } from "../../core/model/values.ts";
import type { ModelVersionReader, ModelVersionWriter } from "../../core/ports/model-versions.ts";
import { insertSourceAsset } from "./assets/views.ts";
import { deleteKeyValue, setKeyValues } from "./key-values.ts";
import { updateRow } from "./row-statements.ts";
import { readModelVersions } from "./rows/model-versions.ts";
import { searchModelVersions } from "./search/model-versions.ts";
import type { SqlSession } from "./session.ts";

type NewModelVersion = Parameters<ModelVersionWriter["insertModelVersion"]>[0];

/** Visible versions of one model, whose name is the first parameter. */
const OF_MODEL = `FROM registered_models m
  JOIN model_versions v ON v.model = m.id AND v.lifecycle_stage = 'active'
  WHERE m.name = ? AND m.lifecycle_stage = 'active'`;

export class SqlModelVersionReader implements ModelVersionReader {
  protected readonly session: SqlSession;

  constructor(session: SqlSession) {
    this.session = session;
  }

  async getModelVersion(modelName: string, number: number): Promise<ModelVersion | undefined> {
    return (await readModelVersions(this.session, `${OF_MODEL} AND v.number = ?`, [modelName, number]))[0];
  }

  async getModelVersionByAlias(modelName: string, alias: string): Promise<ModelVersion | undefined> {
    const ofAlias = "v.number = (SELECT a.version FROM aliases a WHERE a.model = m.id AND a.alias = ?)";
    return (await readModelVersions(this.session, `${OF_MODEL} AND ${ofAlias}`, [modelName, alias]))[0];
  }

  async getHighestModelVersion(modelName: string): Promise<ModelVersion | undefined> {
    return (await readModelVersions(this.session, `${OF_MODEL} ORDER BY v.number DESC LIMIT 1`, [modelName]))[0];
  }

  searchModelVersions(query: ListQuery): Promise<Page<ModelVersion>> {
    return searchModelVersions(this.session, query);
  }
}

export class SqlModelVersionWriter extends SqlModelVersionReader implements ModelVersionWriter {
  async takeVersionNumber(modelId: number): Promise<{ number: number; modelName: string } | undefined> {
    // The number is kept on the model, so that one whose version is gone is never used again.
    const row = await this.session.first<{ last_version: number; name: string }>(
      "UPDATE registered_models SET last_version = last_version + 1 WHERE id = ? RETURNING last_version, name",
      [modelId],
    );
    return row && { number: row.last_version, modelName: row.name };
  }

  async insertModelVersion(version: NewModelVersion): Promise<{ id: number; number: number }> {
    const taken = await this.takeVersionNumber(version.modelId);
    if (taken === undefined) throw new Error(`No registered model has the id ${version.modelId}`);
    const { number } = taken;
    const id =
      (await this.#insertNamed(version, number, String(number))) ??
      (await this.#insertNamed(version, number, await this.#freeName(version.modelId, number)));
    if (id === undefined) throw new Error("An inserted model version has no id");
    await setKeyValues(this.session, "model_version_tags", id, version.tags);
    if (version.source !== undefined && !isPrompt(version.tags)) {
      await insertSourceAsset(this.session, { ...version, id });
    }
    return { id, number };
  }

  async updateModelVersion(
    id: number,
    changes: Parameters<ModelVersionWriter["updateModelVersion"]>[1],
  ): Promise<void> {
    await updateRow(this.session, "model_versions", id, {
      description: changes.description,
      stage: changes.stage,
      last_update_time: changes.lastUpdateTime,
      status: changes.status,
      status_message: changes.statusMessage,
    });
  }

  async touchModelVersions(modelId: number, time: number): Promise<void> {
    await this.session.run(
      "UPDATE model_versions SET last_update_time = ? WHERE model = ? AND lifecycle_stage = 'active'",
      [time, modelId],
    );
  }

  async moveOtherVersions(version: ModelVersion, from: Stage, to: Stage, time: number): Promise<number[]> {
    const moved = await this.session.all<{ number: number }>(
      `UPDATE model_versions SET stage = ?, last_update_time = ?
       WHERE model = ? AND stage = ? AND number <> ? AND lifecycle_stage = 'active' RETURNING number`,
      [to, time, version.modelId, from, version.number],
    );
    return moved.map(({ number }) => number).sort((left, right) => left - right);
  }

  async deleteModelVersion(
    version: Pick<ModelVersion, "id" | "modelId" | "number">,
    deletedTime: number,
  ): Promise<string[]> {
    await this.session.run(
      "UPDATE model_versions SET lifecycle_stage = 'deleted', deleted_time = ?, last_update_time = ? WHERE id = ?",
      [deletedTime, deletedTime, version.id],
    );
    const removed = await this.session.all<{ alias: string }>(
      "DELETE FROM aliases WHERE model = ? AND version = ? RETURNING alias",
      [version.modelId, version.number],
    );
    return removed.map(({ alias }) => alias).sort();
  }

  setModelVersionTag(id: number, key: string, value: string): Promise<void> {
    return setKeyValues(this.session, "model_version_tags", id, [{ key, value }]);
  }

  deleteModelVersionTag(id: number, key: string): Promise<boolean> {
    return deleteKeyValue(this.session, "model_version_tags", id, key);
  }

  /** The version's id; undefined where another version of the model has the name. */
  async #insertNamed(version: NewModelVersion, number: number, name: string): Promise<number | undefined> {
    const row = await this.session.first<{ id: number }>(
      `INSERT INTO model_versions (model, number, name, description, stage, source, storage_location, run_id, run_link,
         user_id, logged_model_id, status, status_message, lifecycle_stage, creation_time, last_update_time)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'active', ?, ?) ON CONFLICT (model, name) DO NOTHING RETURNING id`,
      [
        version.modelId,
        number,
        name,
        version.description ?? null,
        version.stage,
        version.source ?? null,
        version.storageLocation ?? null,
        version.runId ?? null,
        version.runLink ?? null,
        version.userId ?? null,
        version.loggedModelId ?? null,
        version.status,
        version.statusMessage ?? null,
        version.creationTime,
        version.lastUpdateTime,
      ],
    );
    return row?.id;
  }

  /** The first of `3.1`, `3.2`, … that no version of the model has. */
  async #freeName(modelId: number, number: number): Promise<string> {
    const rows = await this.session.all<{ name: string }>(
      "SELECT name FROM model_versions WHERE model = ? AND name > ? AND name < ?",
      [modelId, `${number}.`, `${number}/`],
    );
    const taken = new Set(rows.map(({ name }) => name));
    for (let suffix = 1; ; suffix++) {
      const name = `${number}.${suffix}`;
      if (!taken.has(name)) return name;
    }
  }
}
