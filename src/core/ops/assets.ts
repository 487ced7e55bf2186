import { CoreError, found } from "../errors.ts";
import type { Asset, AssetKind, AssetState } from "../model/assets.ts";
import type { Page } from "../model/values.ts";
import type { AssetLookup, AssetQuery, AssetReader } from "../ports/assets.ts";
import { changeAsset, insertAsset, requireAsset } from "./asset-changes.ts";
import type { AssetChanges, AssetTarget, NewAssetValues } from "./asset-values.ts";
import type { OperationContext } from "./context.ts";
import { withoutDownloadAddress } from "./download-addresses.ts";

/** As `AssetLookup`; a parent may be given by its number alone: a version, or where that has no such asset, a run. */
export type AssetFindLookup =
  | Exclude<AssetLookup, { name: string }>
  | { name: string; parentId: number; kind?: AssetKind };

/** Throws `notFound`, also for an asset of another kind. */
export function getAsset(context: OperationContext, target: AssetTarget): Promise<Asset> {
  return context.store.read(({ assets }) => requireAsset(assets, target));
}

/** The one asset that is so called. Throws `notFound`, and `ambiguous` where there are several. */
export function findAsset(context: OperationContext, lookup: AssetFindLookup): Promise<Asset> {
  return context.store.read(async ({ assets }) => {
    const [asset, another] = await findAssets(assets, lookup);
    const [by = "", value = ""] = Object.entries(lookup)[0] ?? [];
    const data = { entity: "asset", by, value: String(value) } as const;
    if (another !== undefined) throw new CoreError("ambiguous", data);
    return found(asset, data);
  });
}

async function findAssets(assets: AssetReader, lookup: AssetFindLookup): Promise<Asset[]> {
  if (!("name" in lookup)) return assets.findAssets(lookup);
  const { parentId, ...rest } = lookup;
  const ofVersion = await assets.findAssets({ ...rest, parent: { versionId: parentId } });
  return ofVersion.length > 0 ? ofVersion : assets.findAssets({ ...rest, parent: { runId: parentId } });
}

/** A parent need not exist: nothing is in it then. */
export function listAssets(context: OperationContext, query: AssetQuery): Promise<Page<Asset>> {
  return context.store.read(({ assets }) => assets.listAssets(query));
}

/**
 * Makes an asset that stands alone; any number of those may share a name. Throws `alreadyExists` for the external id.
 */
export function createAsset(context: OperationContext, input: NewAssetValues): Promise<Asset> {
  const now = context.clock.now();
  return context.store.transact((writer) => insertAsset(writer, input, now));
}

/** Changes what is given. Throws `notFound`, `alreadyExists` for the external id, and `invalidValue`. */
export function updateAsset(context: OperationContext, target: AssetTarget, changes: AssetChanges): Promise<Asset> {
  const now = context.clock.now();
  return context.store.transact(async (writer) => {
    const asset = await requireAsset(writer.assets, target);
    return changeAsset(writer, asset, withoutDownloadAddress(context, asset, changes), now);
  });
}

/** The states of an asset that nobody needs any more. */
const DISPOSABLE: readonly (AssetState | undefined)[] = ["MARKED_FOR_DELETION", "DELETED", "ABANDONED"];

/**
 * Removes an asset for good, and with it what it is a view of: a version loses its source, a run its metric with all points. Throws
 * `notFound`, and `wrongState` for an asset that is not marked for deletion, deleted or abandoned.
 */
export function purgeAsset(context: OperationContext, target: AssetTarget): Promise<void> {
  const now = context.clock.now();
  return context.store.transact(async ({ assets, events }) => {
    const asset = await requireAsset(assets, target);
    if (!DISPOSABLE.includes(asset.state)) throw stillNeeded(asset);
    await assets.deleteAsset(asset);
    await events.appendEvent({ kind: "asset.deleted", assetId: asset.id, name: asset.name }, now);
  });
}

function stillNeeded({ id, state = "LIVE" }: Asset): CoreError {
  return new CoreError("wrongState", {
    entity: "asset",
    id: String(id),
    required: "MARKED_FOR_DELETION",
    actual: state,
  });
}
