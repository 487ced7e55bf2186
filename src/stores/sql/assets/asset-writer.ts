import type { Asset } from "../../../core/model/assets.ts";
import type { AssetChanges, AssetParent, AssetWriter, NewAsset } from "../../../core/ports/assets.ts";
import type { BulkInsert, SqlValue } from "../connection.ts";
import { keepFromAssigning } from "../row-statements.ts";
import { insertAssetProperties, replaceAssetProperties } from "./asset-properties.ts";
import { SqlAssetReader } from "./asset-reader.ts";
import { deleteOrigin, updateOrigin } from "./origins.ts";
import { ORIGIN_ATTRIBUTES, OWN_COLUMNS } from "./sources.ts";

const LINKS: BulkInsert = {
  table: "asset_links",
  columns: { asset: "integer", version: "integer", run: "integer" },
  onConflict: "DO NOTHING",
};

export class SqlAssetWriter extends SqlAssetReader implements AssetWriter {
  async insertAsset(asset: NewAsset & Pick<AssetChanges, "storageLocation">): Promise<number> {
    const columns = { ...ownColumns(asset.origin, asset), is_source: asset.origin === undefined ? 0 : 1 };
    const names = Object.keys(columns);
    const row = await this.session.first<{ id: number }>(
      `INSERT INTO assets (${names}) VALUES (${names.map(() => "?")}) RETURNING id`,
      Object.values(columns),
    );
    if (row === undefined) throw new Error("An inserted asset has no number");
    if (asset.origin !== undefined) await updateOrigin(this.session, { ...asset, id: row.id }, asset);
    await insertAssetProperties(this.session, row.id, asset.properties);
    return row.id;
  }

  async updateAsset(asset: Asset, changes: AssetChanges): Promise<void> {
    const columns = ownColumns(asset.origin, changes);
    const names = Object.keys(columns);
    if (names.length > 0) {
      await this.session.run(`UPDATE assets SET ${names.map((name) => `${name} = ?`)} WHERE id = ?`, [
        ...Object.values(columns),
        asset.id,
      ]);
    }
    await updateOrigin(this.session, asset, changes);
    if (changes.properties) await replaceAssetProperties(this.session, asset, changes.properties);
  }

  async linkAsset(asset: Asset, parent: AssetParent): Promise<void> {
    const version = "versionId" in parent ? parent.versionId : null;
    const run = "runId" in parent ? parent.runId : null;
    if (asset.versionId === version || asset.runId === run) return;
    await this.session.insertAll(LINKS, [[asset.id, version, run]]);
  }

  async renumberAsset(id: number, newId: number): Promise<void> {
    await this.session.run("UPDATE assets SET id = ? WHERE id = ?", [newId, id]);
    await this.session.run("UPDATE asset_properties SET asset = ? WHERE asset = ?", [newId, id]);
    await this.session.run("UPDATE asset_links SET asset = ? WHERE asset = ?", [newId, id]);
    await keepFromAssigning(this.session, "assets", newId);
  }

  async deleteAsset(asset: Asset): Promise<void> {
    const { id } = asset;
    await deleteOrigin(this.session, asset);
    await this.session.run("DELETE FROM assets WHERE id = ?", [id]);
    await this.session.run("DELETE FROM asset_properties WHERE asset = ?", [id]);
    await this.session.run("DELETE FROM asset_links WHERE asset = ?", [id]);
  }
}

/** The columns of those attributes that are given and that are not kept by what the asset is a view of. NaN is NULL. */
function ownColumns(origin: Asset["origin"], values: Partial<Omit<Asset, "id">>): Record<string, SqlValue> {
  const elsewhere = origin === undefined ? [] : ORIGIN_ATTRIBUTES[origin];
  const columns: Record<string, SqlValue> = {};
  for (const [attribute, column] of Object.entries(OWN_COLUMNS)) {
    const value = values[attribute as keyof typeof values] as SqlValue | undefined;
    if (value === undefined || elsewhere.includes(attribute)) continue;
    columns[column] = Number.isNaN(value) ? null : value;
  }
  return columns;
}
