import type { Asset } from "../../../core/model/assets.ts";
import type { SqlValue } from "../connection.ts";
import type { SqlSession } from "../session.ts";
import { type AssetDraft, addAssetProperties } from "./asset-properties.ts";
import { ASSET_SOURCES, type AssetSource, isNumbered, sourceOf } from "./sources.ts";

/** The assets with these numbers, in their order: one statement for each source that has some, and at most three for properties. */
export async function loadAssets(session: SqlSession, ids: readonly number[]): Promise<Asset[]> {
  const drafts = new Map<number, AssetDraft>();
  for (const [source, numbers] of Map.groupBy(ids, sourceOf)) {
    for (const draft of await readSource(session, source, numbers)) drafts.set(draft.asset.id, draft);
  }
  await addAssetProperties(session, [...drafts.values()]);
  return ids.map((id) => drafts.get(id)?.asset).filter((asset) => asset !== undefined);
}

/** How the rows of each source are read, with the attributes and the owners that their columns are in turn. */
const STATEMENTS = new Map(
  ASSET_SOURCES.map((source) => {
    const columns = [...Object.values(source.columns).map(({ name }) => name), ...Object.values(source.owners)];
    const fields = [...Object.keys(source.columns), ...Object.keys(source.owners)];
    return [source, { select: `SELECT ${columns}`, fields, attributes: Object.keys(source.columns).length }] as const;
  }),
);

type Tuple = readonly SqlValue[];

async function readSource(session: SqlSession, source: AssetSource, ids: readonly number[]): Promise<AssetDraft[]> {
  const { rowsOfList, listParameter } = session.dialect;
  const { select, fields, attributes } = STATEMENTS.get(source) ?? { select: "", fields: [], attributes: 0 };
  const tuples = await session.tuples<Tuple>(
    `${select} FROM ${rowsOfList("x")} CROSS JOIN ${source.from} WHERE ${isNumbered(source)}`,
    [listParameter(ids)],
  );
  return tuples.map((tuple) => toDraft(fields, attributes, tuple));
}

/** Columns are taken one by one: a page of 1,000 assets has 30,000. */
function toDraft(fields: readonly string[], attributes: number, tuple: Tuple): AssetDraft {
  const asset: Record<string, unknown> = { properties: [] };
  const owners: Record<string, unknown> = {};
  for (let index = 0; index < fields.length; index++) {
    const value = tuple[index];
    if (value !== null) (index < attributes ? asset : owners)[fields[index] as string] = value;
  }
  if (asset.kind === "metric") asset.value ??= Number.NaN;
  return { asset: asset as unknown as Asset, owners };
}
