import type { RegisteredModel } from "../../../core/model/registered-models.ts";
import type { AliasRow, RegisteredModelRow, RegisteredModelTagRow } from "../schema.ts";
import type { SqlSession } from "../session.ts";

/** A row of `registered_models` as a SELECT gives it. */
export type StoredRegisteredModelRow = Omit<RegisteredModelRow, "id"> & { id: number };

/** Completes rows with their tags and aliases, in two statements for all of them; keeps their order. */
export async function completeRegisteredModels(
  session: SqlSession,
  rows: readonly StoredRegisteredModelRow[],
): Promise<RegisteredModel[]> {
  if (rows.length === 0) return [];
  const { inList, listParameter } = session.dialect;
  const ids = listParameter(rows.map((row) => row.id));
  const tags = await session.all<RegisteredModelTagRow>(
    `SELECT model, key, value FROM registered_model_tags WHERE ${inList("model", "integer")} ORDER BY model, key`,
    [ids],
  );
  const aliases = await session.all<AliasRow>(
    `SELECT model, alias, version FROM aliases WHERE ${inList("model", "integer")} ORDER BY model, alias`,
    [ids],
  );
  const tagsOf = Map.groupBy(tags, (tag) => tag.model);
  const aliasesOf = Map.groupBy(aliases, (alias) => alias.model);
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    ...(row.description !== null && { description: row.description }),
    ...(row.owner && { owner: row.owner }),
    creationTime: row.creation_time,
    lastUpdateTime: row.last_update_time,
    tags: (tagsOf.get(row.id) ?? []).map(({ key, value }) => ({ key, value })),
    aliases: (aliasesOf.get(row.id) ?? []).map(({ alias, version }) => ({ alias, version })),
  }));
}
