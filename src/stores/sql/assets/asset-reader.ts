import { equals } from "../../../core/filter/conditions.ts";
import type { Asset } from "../../../core/model/assets.ts";
import type { Page } from "../../../core/model/values.ts";
import type { AssetLookup, AssetQuery, AssetReader } from "../../../core/ports/assets.ts";
import type { SqlSession } from "../session.ts";
import { loadAssets } from "./asset-rows.ts";
import { listAssets } from "./asset-search.ts";

/** A name can be found more than once; three are enough to tell. */
const MOST_FOUND = 3;

export class SqlAssetReader implements AssetReader {
  protected readonly session: SqlSession;

  constructor(session: SqlSession) {
    this.session = session;
  }

  async getAsset(id: number): Promise<Asset | undefined> {
    return (await loadAssets(this.session, [id]))[0];
  }

  async findAssets(lookup: AssetLookup): Promise<Asset[]> {
    if ("name" in lookup) return this.#findByName(lookup);
    if ("loggedModelId" in lookup) {
      return this.#load(
        "SELECT a.id FROM logged_models l JOIN assets a ON a.logged_model = l.id WHERE l.model_id = ?",
        lookup.loggedModelId,
      );
    }
    const { externalId, kind } = lookup;
    // What is not '' is all that the indexes have.
    const found = await this.#load(
      `SELECT id FROM assets WHERE external_id = ? AND external_id <> ''
       UNION ALL SELECT asset FROM value_details WHERE external_id = ? AND external_id <> ''`,
      externalId,
      externalId,
    );
    return found.filter((asset) => kind === undefined || asset.kind === kind);
  }

  listAssets(query: AssetQuery): Promise<Page<Asset>> {
    return listAssets(this.session, query);
  }

  async hasSource(versionId: number): Promise<boolean> {
    const row = await this.session.first(
      `SELECT v.id FROM model_versions v WHERE v.id = ? AND (v.source IS NOT NULL
         OR EXISTS (SELECT 1 FROM assets a WHERE a.version = v.id AND a.is_source = 1))`,
      [versionId],
    );
    return row !== undefined;
  }

  async #findByName({ name, kind, parent }: Extract<AssetLookup, { name: string }>): Promise<Asset[]> {
    const page = await listAssets(this.session, {
      filter: equals("name", name),
      order: [],
      limit: MOST_FOUND,
      parent,
      ...(kind && { kinds: [kind] }),
    });
    return page.items;
  }

  async #load(select: string, ...parameters: string[]): Promise<Asset[]> {
    const rows = await this.session.all<{ id: number }>(select, parameters);
    return loadAssets(
      this.session,
      rows.map(({ id }) => id),
    );
  }
}
