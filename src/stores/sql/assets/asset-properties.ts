import type { Asset } from "../../../core/model/assets.ts";
import type { Property, PropertyType } from "../../../core/model/properties.ts";
import type { BulkInsert } from "../connection.ts";
import type { SqlDialect } from "../dialects/dialect.ts";
import { insertProperties, replaceProperties, typeColumn } from "../records/properties.ts";
import type { SqlSession } from "../session.ts";

/** An asset while it is put together, with the numbers of the records that it is a view of. */
export interface AssetDraft {
  asset: Asset;
  owners: { loggedModel?: number; dataset?: number };
}

/** How the properties of some assets are read: by a number that each has. */
interface PropertyRead {
  numberOf(draft: AssetDraft): number | undefined;
  /** Of (number, key, value, type), in the order of the keys. */
  statement(dialect: SqlDialect): string;
}

const OWN: PropertyRead = {
  numberOf: ({ asset }) => asset.id,
  statement: ({ inList }) =>
    `SELECT asset, key, value, type FROM asset_properties WHERE ${inList("asset", "integer")} ORDER BY asset, key`,
};

const MODEL_TAGS: PropertyRead = {
  numberOf: ({ owners }) => owners.loggedModel,
  statement: ({ inList }) =>
    `SELECT model, key, value, type FROM logged_model_tags WHERE ${inList("model", "integer")} ORDER BY model, key`,
};

const INPUT_TAGS: PropertyRead = {
  numberOf: ({ asset }) => asset.id,
  statement: ({ rowsOfList }) =>
    `SELECT a.id, t.key, t.value, t.type
     FROM ${rowsOfList("x")} CROSS JOIN assets a JOIN run_dataset_tags t ON t.run = a.run AND t.dataset = a.dataset
     WHERE a.id = x.value ORDER BY a.id, t.key`,
};

/** The properties of a logged model are its tags, those of a dataset input are the input's tags; others have their own. */
export async function addAssetProperties(session: SqlSession, drafts: readonly AssetDraft[]): Promise<void> {
  for (const [read, group] of Map.groupBy(drafts, readOf)) await addProperties(session, read, group);
}

function readOf({ asset: { origin } }: AssetDraft): PropertyRead {
  if (origin === "logged model") return MODEL_TAGS;
  return origin === "dataset input" ? INPUT_TAGS : OWN;
}

async function addProperties(session: SqlSession, read: PropertyRead, drafts: readonly AssetDraft[]): Promise<void> {
  const draftOf = new Map(drafts.map((draft) => [read.numberOf(draft) ?? 0, draft]));
  const tuples = await session.tuples<[number: number, key: string, value: string, type: PropertyType | null]>(
    read.statement(session.dialect),
    [session.dialect.listParameter([...draftOf.keys()])],
  );
  for (const [number, key, value, type] of tuples) {
    draftOf.get(number)?.asset.properties.push({ key, type: type ?? "string", value });
  }
}

const OWN_PROPERTIES = { properties: { table: "asset_properties", owner: "asset" } };
const MODEL_PROPERTIES = { properties: { table: "logged_model_tags", owner: "model" } };

const INSERTED_INPUT_TAGS: BulkInsert = {
  table: "run_dataset_tags",
  columns: { run: "integer", dataset: "integer", key: "text", value: "text", type: "text" },
  onConflict: "DO NOTHING",
};

/** The properties of an asset that has its own and none of them yet. */
export function insertAssetProperties(session: SqlSession, id: number, properties: readonly Property[]): Promise<void> {
  return insertProperties(session, OWN_PROPERTIES, id, properties);
}

/** Replaces all, wherever they are. */
export async function replaceAssetProperties(
  session: SqlSession,
  { id, origin }: Pick<Asset, "id" | "origin">,
  properties: readonly Property[],
): Promise<void> {
  if (origin !== "logged model" && origin !== "dataset input") {
    return replaceProperties(session, OWN_PROPERTIES, id, properties);
  }
  const row = await session.first<{ logged_model: number; run: number; dataset: number }>(
    "SELECT logged_model, run, dataset FROM assets WHERE id = ?",
    [id],
  );
  if (row === undefined) return;
  if (origin === "logged model") return replaceProperties(session, MODEL_PROPERTIES, row.logged_model, properties);
  await session.run("DELETE FROM run_dataset_tags WHERE run = ? AND dataset = ?", [row.run, row.dataset]);
  await session.insertAll(
    INSERTED_INPUT_TAGS,
    properties.map(({ key, value, type }) => [row.run, row.dataset, key, value, typeColumn(type)]),
  );
}
