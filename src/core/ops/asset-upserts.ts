import { CoreError } from "../errors.ts";
import type { Asset } from "../model/assets.ts";
import type { AssetParent } from "../ports/assets.ts";
import type { Writer } from "../ports/metadata-store.ts";
import { changeAsset, insertAsset, requireAsset, requireValue } from "./asset-changes.ts";
import type { NewAssetValues } from "./asset-values.ts";
import type { OperationContext } from "./context.ts";
import { requireRecord } from "./records.ts";
import { insertRunDataset, insertRunModel } from "./run-assets.ts";
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
export function upsertAsset(
  context: OperationContext,
  parent: AssetParent,
  { id, ...values }: NewAssetValues & { id?: number },
): Promise<Upserted> {
  const now = context.clock.now();
  return context.store.transact(async (writer) => {
    await requireParent(writer, parent);
    if (id !== undefined) return { asset: await attachAsset(writer, parent, { ...values, id }, now), created: false };
    requireValue(values);
    const namesake = await findNamesake(writer, parent, values);
    if (namesake === undefined) return { asset: await insertChild(writer, parent, values, now), created: true };
    if (values.kind !== "metric" && values.kind !== "parameter") throw nameTaken(namesake, parent);
    if ("runId" in parent) return { asset: await setValue(writer, parent.runId, values, now), created: false };
    return { asset: await changeAsset(writer, namesake, changesIn(values), now), created: false };
  });
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
    case "document":
      return insertAsset(writer, values, now, parent);
    default:
      return setValue(writer, parent.runId, values, now);
  }
}

async function setValue(writer: Writer, runId: number, values: NewAssetValues, now: number): Promise<Asset> {
  const run = await requireRecord(writer.records, "run", runId);
  return requireAsset(writer.assets, { id: await setRunValue(writer, run, values, now) });
}

function nameTaken({ name }: Asset, parent: AssetParent): CoreError {
  const [of] = Object.values(parent);
  return new CoreError("alreadyExists", { entity: "asset", name, of: String(of) });
}
