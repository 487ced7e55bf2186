import { CoreError } from "../errors.ts";
import type { Asset } from "../model/assets.ts";
import type { AssetParent } from "../ports/assets.ts";
import type { Writer } from "../ports/metadata-store.ts";
import { changeAsset, insertAsset, requireAsset } from "./asset-changes.ts";
import { requireValue } from "./asset-rules.ts";
import type { AssetChanges, AssetTarget, NewAssetValues } from "./asset-values.ts";
import type { OperationContext } from "./context.ts";
import { withoutDownloadAddress } from "./download-addresses.ts";
import { requireRecord } from "./records.ts";
import { insertRunDataset, insertRunModel, withDigest } from "./run-assets.ts";
import { setRunValue } from "./run-values.ts";

export interface Upserted {
  asset: Asset;
  created: boolean;
}

/**
 * Makes or changes an asset of a version or a run: a metric or a parameter changes the one of its name, everything else is new. Throws
 * `notFound` for the parent, and `alreadyExists` for the external id and for the name of a model or a document, within the kind and the
 * parent: datasets may share theirs.
 */
export async function upsertAsset(
  context: OperationContext,
  parent: AssetParent,
  given: NewAssetValues,
): Promise<Upserted> {
  const now = context.clock.now();
  const values = "runId" in parent ? await withDigest(given) : given;
  return context.store.transact(async (writer) => {
    if ("runId" in parent && isValue(values)) {
      return { asset: await setRunValue(writer, parent.runId, values, now), created: false };
    }
    await requireParent(writer, parent);
    const namesake = await findNamesake(writer, parent, values);
    if (namesake === undefined) return { asset: await insertChild(writer, parent, values, now), created: true };
    if (!isValue(values)) throw nameTaken(namesake);
    const { kind: _kind, name: _name, ...changes } = values;
    return { asset: await changeAsset(writer, namesake, changes, now), created: false };
  });
}

/**
 * Changes an asset, and attaches it to one more version or run. A metric of that run gets a point, as where it is logged by its name: its
 * step and timestamp stay where no others are given. Throws `notFound` for the parent or the asset, also for one of another kind,
 * `invalidValue` for a metric without a value, and `alreadyExists` for the external id.
 */
export function attachAsset(
  context: OperationContext,
  parent: AssetParent,
  target: AssetTarget,
  changes: AssetChanges,
): Promise<Asset> {
  const now = context.clock.now();
  return context.store.transact(async (writer) => {
    await requireParent(writer, parent);
    const asset = await requireAsset(writer.assets, target);
    requireValue({ kind: asset.kind, ...changes });
    if ("runId" in parent && parent.runId === asset.runId && asset.kind === "metric") {
      return setRunValue(writer, parent.runId, { ...pointOf(asset), ...changes }, now);
    }
    await writer.assets.linkAsset(asset, parent);
    return changeAsset(writer, asset, withoutDownloadAddress(context, asset, changes), now);
  });
}

/** What a metric has of a point that need not be given again. */
function pointOf({ kind, name, step, timestamp }: Asset): NewAssetValues {
  return { kind, name, ...(step !== undefined && { step }), ...(timestamp !== undefined && { timestamp }) };
}

function isValue({ kind }: NewAssetValues): boolean {
  return kind === "metric" || kind === "parameter";
}

async function requireParent({ records }: Writer, parent: AssetParent): Promise<void> {
  if ("versionId" in parent) await requireRecord(records, "modelVersion", parent.versionId);
  else await requireRecord(records, "run", parent.runId);
}

async function findNamesake(
  { assets }: Writer,
  parent: AssetParent,
  { name, kind }: NewAssetValues,
): Promise<Asset | undefined> {
  if (!name || kind === "dataset") return undefined;
  return (await assets.findAssets({ name, kind, parent }))[0];
}

async function insertChild(writer: Writer, parent: AssetParent, values: NewAssetValues, now: number): Promise<Asset> {
  if ("versionId" in parent) return insertAsset(writer, values, now, parent);
  switch (values.kind) {
    case "model":
      return insertRunModel(writer, parent.runId, values, now);
    case "dataset":
      return insertRunDataset(writer, parent.runId, values, now);
    default:
      return insertAsset(writer, values, now, parent);
  }
}

function nameTaken({ kind, name }: Asset): CoreError {
  return new CoreError("alreadyExists", { entity: `${kind} asset`, name });
}
