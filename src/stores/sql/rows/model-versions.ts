import type { ModelVersion, ModelVersionStatus, Stage } from "../../../core/model/model-versions.ts";
import type { Tag } from "../../../core/model/values.ts";
import type { AliasRow, ModelVersionRow } from "../schema.ts";
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
  return rows.map((row) =>
    toModelVersion(row, tagsOf.get(row.id) ?? [], aliasesOf.get(aliasOwner(row.model, row.number))),
  );
}

type TagTuple = [version: number, key: string, value: string];

async function loadTags(session: SqlSession, rows: readonly StoredModelVersionRow[]): Promise<Map<number, Tag[]>> {
  const { inList, listParameter } = session.dialect;
  const tags = await session.tuples<TagTuple>(
    `SELECT version, key, value FROM model_version_tags WHERE ${inList("version", "integer")} ORDER BY version, key`,
    [listParameter(rows.map((row) => row.id))],
  );
  const tagsOf = new Map<number, Tag[]>();
  for (const [version, key, value] of tags) {
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

/** Fields are added one by one: this runs 10,000 times for a default page, and spreading takes three times as long. */
function toModelVersion(row: StoredModelVersionRow, tags: Tag[], aliases: readonly AliasRow[] = []): ModelVersion {
  const version: ModelVersion = {
    id: row.id,
    modelId: row.model,
    modelName: row.model_name,
    number: row.number,
    stage: row.stage as Stage,
    status: row.status as ModelVersionStatus,
    creationTime: row.creation_time,
    lastUpdateTime: row.last_update_time,
    tags,
    aliases: aliases.map(({ alias }) => alias),
  };
  if (row.description !== null) version.description = row.description;
  if (row.source !== null) version.source = row.source;
  if (row.storage_location !== null) version.storageLocation = row.storage_location;
  if (row.run_id !== null) version.runId = row.run_id;
  if (row.run_link !== null) version.runLink = row.run_link;
  if (row.user_id !== null) version.userId = row.user_id;
  if (row.logged_model_id !== null) version.loggedModelId = row.logged_model_id;
  if (row.status_message !== null) version.statusMessage = row.status_message;
  return version;
}
