import { CoreError } from "../errors.ts";
import type { Asset } from "../model/assets.ts";
import type { AssetParent } from "../ports/assets.ts";
import type { Writer } from "../ports/metadata-store.ts";
import { changeAsset, insertAsset } from "./asset-changes.ts";
import { requireValue } from "./asset-rules.ts";
import type { NewAssetValues } from "./asset-values.ts";
import type { OperationContext } from "./context.ts";
import { requireRecord } from "./records.ts";
import { insertRunDataset, insertRunModel, withDigest } from "./run-assets.ts";
import { setRunValue } from "./run-values.ts";

export interface Upserted {
  asset: Asset;
  created: boolean;
}

/**
 * Makes or changes an asset of a version or a run. With an id, that one is changed, and attached to this parent too. Without one, a metric
 * or a parameter changes the one of its name; a model, document or dataset is new. Throws `notFound` for the parent, `invalidValue` for
 * an id that no asset of this kind has and for a metric without a value, `alreadyExists` for the name, within the kind and the parent,
 * and for the external id.
 */
export async function upsertAsset(
  context: OperationContext,
  parent: AssetParent,
  { id, ...given }: NewAssetValues & { id?: number },
): Promise<Upserted> {
  const now = context.clock.now();
  const values = id === undefined && "runId" in parent ? await withDigest(given) : given;
  return context.store.transact(async (writer) => {
    if (id === undefined && "runId" in parent && isValue(values)) {
      return { asset: await setRunValue(writer, parent.runId, values, now), created: false };
    }
    await requireParent(writer, parent);
    if (id !== undefined) return { asset: await attachAsset(writer, parent, { ...values, id }, now), created: false };
    requireValue(values);
    const namesake = await findNamesake(writer, parent, values);
    if (namesake === undefined) return { asset: await insertChild(writer, parent, values, now), created: true };
    if (!isValue(values)) throw nameTaken(namesake, parent);
    return { asset: await changeAsset(writer, namesake, changesIn(values), now), created: false };
  });
}

function isValue({ kind }: NewAssetValues): boolean {
  return kind === "metric" || kind === "parameter";
}

async function requireParent({ records }: Writer, parent: AssetParent): Promise<void> {
  if ("versionId" in parent) await requireRecord(records, "modelVersion", parent.versionId);
  else await requireRecord(records, "run", parent.runId);
}

async function attachAsset(
  writer: Writer,
  parent: AssetParent,
  { id, kind, ...values }: NewAssetValues & { id: number },
  now: number,
): Promise<Asset> {
  const { assets } = writer;
  const asset = await assets.getAsset(id);
  if (asset?.kind !== kind) {
    throw new CoreError("invalidValue", { field: "id", reason: `there is no ${kind} with the number ${id}` });
  }
  const changed = await changeAsset(writer, asset, changesIn({ ...values, kind }), now);
  await assets.linkAsset(asset, parent);
  return changed;
}

/** A name stays: a body that has an id may repeat it. */
function changesIn({ kind: _kind, name: _name, ...changes }: NewAssetValues) {
  return changes;
}

async function findNamesake(
  { assets }: Writer,
  parent: AssetParent,
  { name, kind }: NewAssetValues,
): Promise<Asset | undefined> {
  return name ? (await assets.findAssets({ name, kind, parent }))[0] : undefined;
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

function nameTaken({ name }: Asset, parent: AssetParent): CoreError {
  const [of] = Object.values(parent);
  return new CoreError("alreadyExists", { entity: "asset", name, of: String(of) });
}
