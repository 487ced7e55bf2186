import type { ModelVersion, ModelVersionStatus, Stage } from "../../../core/model/model-versions.ts";
import type { Tag } from "../../../core/model/values.ts";
import type { AliasRow, ModelVersionRow, ModelVersionTagRow } from "../schema.ts";
import type { SqlSession } from "../session.ts";

/** A row of `model_versions` with the name of its model. */
export type StoredModelVersionRow = Omit<ModelVersionRow, "id" | "name"> & { id: number; model_name: string };

/** The columns of a `StoredModelVersionRow`, where `model_versions` is `v` and `registered_models` is `m`. */
export const MODEL_VERSION_COLUMNS = `v.id, v.model, v.number, m.name AS model_name, v.description, v.stage, v.source,
  v.storage_location, v.run_id, v.run_link, v.user_id, v.logged_model_id, v.status, v.status_message, v.lifecycle_stage,
  v.creation_time, v.last_update_time, v.deleted_time`;

/** Completes rows with their tags and aliases, in two statements for all of them; keeps their order. */
export async function completeModelVersions(
  session: SqlSession,
  rows: readonly StoredModelVersionRow[],
): Promise<ModelVersion[]> {
  if (rows.length === 0) return [];
  const tagsOf = await loadTags(session, rows);
  const aliasesOf = await loadAliases(session, rows);
  return rows.map((row) => ({
    ...toModelVersion(row),
    tags: tagsOf.get(row.id) ?? [],
    aliases: (aliasesOf.get(aliasOwner(row.model, row.number)) ?? []).map(({ alias }) => alias),
  }));
}

async function loadTags(session: SqlSession, rows: readonly StoredModelVersionRow[]): Promise<Map<number, Tag[]>> {
  const { inList, listParameter } = session.dialect;
  const tags = await session.all<ModelVersionTagRow>(
    `SELECT version, key, value FROM model_version_tags WHERE ${inList("version", "integer")} ORDER BY version, key`,
    [listParameter(rows.map((row) => row.id))],
  );
  const tagsOf = new Map<number, Tag[]>();
  for (const { version, key, value } of tags) {
    const known = tagsOf.get(version);
    if (known === undefined) tagsOf.set(version, [{ key, value }]);
    else known.push({ key, value });
  }
  return tagsOf;
}

/** Aliases by `aliasOwner`: they are looked up by model, of which there are mostly far fewer than versions. */
async function loadAliases(
  session: SqlSession,
  rows: readonly StoredModelVersionRow[],
): Promise<Map<string, AliasRow[]>> {
  const { inList, listParameter } = session.dialect;
  const models = [...new Set(rows.map((row) => row.model))];
  const aliases = await session.all<AliasRow>(
    `SELECT model, alias, version FROM aliases WHERE ${inList("model", "integer")} ORDER BY model, alias`,
    [listParameter(models)],
  );
  return Map.groupBy(aliases, ({ model, version }) => aliasOwner(model, version));
}

function aliasOwner(model: number, number: number): string {
  return `${model}/${number}`;
}

function toModelVersion(row: StoredModelVersionRow): Omit<ModelVersion, "tags" | "aliases"> {
  return {
    id: row.id,
    modelId: row.model,
    modelName: row.model_name,
    number: row.number,
    ...(row.description !== null && { description: row.description }),
    stage: row.stage as Stage,
    ...(row.source !== null && { source: row.source }),
    ...(row.storage_location !== null && { storageLocation: row.storage_location }),
    ...(row.run_id !== null && { runId: row.run_id }),
    ...(row.run_link !== null && { runLink: row.run_link }),
    ...(row.user_id !== null && { userId: row.user_id }),
    ...(row.logged_model_id !== null && { loggedModelId: row.logged_model_id }),
    status: row.status as ModelVersionStatus,
    ...(row.status_message !== null && { statusMessage: row.status_message }),
    creationTime: row.creation_time,
    lastUpdateTime: row.last_update_time,
  };
}
