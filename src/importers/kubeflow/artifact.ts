import { found } from "../../core/errors.ts";
import { type Asset, parseRunValueId } from "../../core/model/assets.ts";
import type { Timestamp } from "../../core/model/values.ts";
import { upsertAsset } from "../../core/ops/asset-upserts.ts";
import type { AssetChanges, NewAssetValues } from "../../core/ops/asset-values.ts";
import { createAsset, updateAsset } from "../../core/ops/assets.ts";
import type { AssetParent } from "../../core/ports/assets.ts";
import type { Writer } from "../../core/ports/metadata-store.ts";
import { artifactSchemas } from "../../protocols/kubeflow/schema/artifacts.ts";
import { parseArtifactChanges, parseNewArtifact, schemaOfBody } from "../../protocols/kubeflow/wire/artifacts.ts";
import { type Copied, chooseNumber, type Transfer } from "./copying.ts";
import { cleanItem, type Loss, timestampLosses } from "./items.ts";
import type { SourceItem, SourceVersion } from "./source.ts";

/** Copies an artifact below a parent, or alone. A metric of a run is here already, with its points: it gets what it carries beside them. */
export async function copyArtifact(version: SourceVersion, transfer: Transfer, parent?: AssetParent): Promise<Copied> {
  const { item, losses: timeLosses } = withReadableTimestamp(transfer.item);
  const schema = schemaOfBody(artifactSchemas[version].all, item);
  const { fields, losses: otherLosses } = cleanItem(schema, item);
  const losses = [...timeLosses, ...otherLosses];
  if (parent !== undefined && "runId" in parent && item.artifactType === "metric") {
    const {
      value: _value,
      step: _step,
      timestamp: _timestamp,
      ...details
    } = parseArtifactChanges(schema, "full", fields);
    return { ...(await completeMetric(transfer, parent, details)), losses };
  }
  const values = parseNewArtifact(schema, "create", fields);
  const asset = await create(transfer, values, parent);
  const { id, differences } = await keepNumber(transfer, asset);
  if (asset.versionId !== undefined && item.experimentRunId !== undefined) {
    differences.push(`it belongs to its version here, and is attached to the run ${item.experimentRunId}`);
  }
  await setLastUpdateTime(transfer.writer, { ...asset, id }, transfer.lastUpdateTime);
  return { id, differences, losses: [...losses, ...lossesBetween(values, asset)] };
}

async function create({ context }: Transfer, values: NewAssetValues, parent?: AssetParent): Promise<Asset> {
  return parent === undefined ? createAsset(context, values) : (await upsertAsset(context, parent, values)).asset;
}

/** The metrics and params of runs have numbers that are made of those of the run and the key. */
async function keepNumber(transfer: Transfer, asset: Asset): Promise<{ id: number; differences: string[] }> {
  const { assets } = transfer.writer;
  if (parseRunValueId(asset.id) || Number(transfer.item.id) === asset.id) return { id: asset.id, differences: [] };
  const chosen = await chooseNumber(transfer, (number) => assets.getAsset(number));
  await assets.renumberAsset(asset.id, chosen.id);
  return chosen;
}

async function completeMetric(
  { item, context, writer, lastUpdateTime }: Transfer,
  parent: AssetParent,
  { properties = [], ...details }: AssetChanges,
): Promise<{ id: number }> {
  const { name } = item as { name?: string };
  const [metric] = await writer.assets.findAssets({ name: name ?? "", kind: "metric", parent });
  const { id } = found(metric, { entity: "metric", by: "name", value: name ?? "" });
  const changes = { ...details, ...(properties.length > 0 && { properties }) };
  if (Object.keys(changes).length > 0) await updateAsset(context, { id }, changes);
  await writer.runValues.touchValue(id, lastUpdateTime);
  return { id };
}

async function setLastUpdateTime({ assets, runValues }: Writer, asset: Asset, time: Timestamp): Promise<void> {
  if (parseRunValueId(asset.id)) await runValues.touchValue(asset.id, time);
  else await assets.updateAsset(asset, { lastUpdateTime: time });
}

/** Leaves out a time that is no number of milliseconds. */
function withReadableTimestamp(item: SourceItem): { item: SourceItem; losses: Loss[] } {
  const losses = timestampLosses(item);
  const { timestamp: _timestamp, ...others } = item;
  return { item: losses.length === 0 ? item : (others as SourceItem), losses };
}

/** What an artifact shares with another one, such as a dataset of two runs, may already be different here. */
function lossesBetween({ properties: _properties, ...values }: NewAssetValues, asset: Asset): Loss[] {
  const stored = asset as unknown as Readonly<Record<string, unknown>>;
  return Object.entries(values)
    .filter(([field, value]) => value !== undefined && stored[field] !== value)
    .map(([field]) => ({
      part: field,
      reason: `here it is ${JSON.stringify(stored[field] ?? null)}, as it is for another artifact that is the same thing here`,
      advice: "Compare the two at the source.",
    }));
}
