import type { ListQuery } from "../filter/query.ts";
import type { Asset, AssetKind } from "../model/assets.ts";
import type { Page } from "../model/values.ts";

/** What an asset hangs on: the number of a version, or of a run. */
export type AssetParent = { versionId: number } | { runId: number };

/** How assets are looked up; `kind` leaves out those of other kinds. */
export type AssetLookup =
  | { name: string; parent: AssetParent; kind?: AssetKind }
  | { externalId: string; kind?: AssetKind }
  | { loggedModelId: string };

/** `kinds`: those alone; `parent`: what was made for it, and what was attached to it later. */
export type AssetQuery = ListQuery & { kinds?: readonly AssetKind[]; parent?: AssetParent };

/**
 * Assets by number. The metrics and params of runs are among them, in every lookup and list, under the numbers of `runValueId`.
 */
export interface AssetReader {
  getAsset(id: number): Promise<Asset | undefined>;
  /** All that match, by number, at most three. */
  findAssets(lookup: AssetLookup): Promise<Asset[]>;
  /**
   * Attributes: those of assets. Fields: property. Orders: id, name, creationTime, lastUpdateTime. Ties: id ascending, which is also the
   * order by default. A constant number of statements.
   */
  listAssets(query: AssetQuery): Promise<Page<Asset>>;
  /** Whether a version says where its model is, or has an asset that will say so. */
  hasSource(versionId: number): Promise<boolean>;
}

/** An asset as it is made: the server assigns the number. Logged models and dataset inputs are made by their own writers. */
export type NewAsset = Omit<Asset, "id" | "experimentId" | "origin"> & { origin?: "version source" };

/** What changes of an asset: what is absent stays; `properties` replace all that there are. */
export type AssetChanges = Partial<Omit<Asset, "id" | "kind" | "origin" | "versionId" | "runId" | "experimentId">> & {
  /** Where the files of a version are, as far as the server may follow its source: "" is nowhere. Comes with `uri`. */
  storageLocation?: string;
};

export interface AssetWriter extends AssetReader {
  /** Returns the number. The rules have looked before that its name and its external id are free. */
  insertAsset(asset: NewAsset & Pick<AssetChanges, "storageLocation">): Promise<number>;
  /**
   * Writes to the record that the asset is a view of, where it is one. Not for the metrics and params of runs. The rules have looked
   * before that the run of a dataset has not read the new digest of it.
   */
  updateAsset(asset: Asset, changes: AssetChanges): Promise<void>;
  /** Attaches the asset to one more parent; one that it hangs on already changes nothing. */
  linkAsset(asset: Asset, parent: AssetParent): Promise<void>;
  /** Gives an asset another number, which must be free, for good. Not for the metrics and params of runs. */
  renumberAsset(id: number, newId: number): Promise<void>;
  /** Removes the asset for good, and with it the record that it is a view of: a source, a logged model, a metric with its points. */
  deleteAsset(asset: Asset): Promise<void>;
}
