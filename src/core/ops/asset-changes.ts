import { CoreError, found } from "../errors.ts";
import { type Asset, parseRunValueId } from "../model/assets.ts";
import type * as ports from "../ports/assets.ts";
import type { Writer } from "../ports/metadata-store.ts";
import { findDatasetInput, requireFreeAssetExternalId } from "./asset-rules.ts";
import type { AssetChanges, AssetTarget, NewAssetValues } from "./asset-values.ts";
import { storageLocationOf } from "./model-version-sources.ts";
import { requireRecord } from "./records.ts";
import { updateRunValue } from "./run-values.ts";

/** Throws `notFound`, also for an asset of another kind than the one that is given. */
export async function requireAsset(assets: ports.AssetReader, { id, kind }: AssetTarget): Promise<Asset> {
  const asset = await assets.getAsset(id);
  const fits = kind === undefined || asset?.kind === kind;
  return found(fits ? asset : undefined, { entity: "asset", by: "id", value: String(id) });
}

/**
 * Makes an asset: of a version, of a run, or alone. The first model of a version that says where it is not is the version's source. Throws
 * `alreadyExists` for the external id.
 */
export async function insertAsset(
  writer: Writer,
  { name, properties = [], ...values }: NewAssetValues,
  now: number,
  parent?: ports.AssetParent,
): Promise<Asset> {
  const { assets, events } = writer;
  await requireFreeAssetExternalId(assets, values.externalId);
  const asset: ports.NewAsset = {
    ...values,
    ...parent,
    name: name || crypto.randomUUID(),
    properties,
    creationTime: now,
    lastUpdateTime: now,
  };
  const id = await assets.insertAsset({ ...asset, ...(await sourceOf(writer, asset)) });
  await events.appendEvent({ kind: "asset.created", assetId: id, name: asset.name }, now);
  return requireAsset(assets, { id });
}

/**
 * Changes an asset that is there. Throws `alreadyExists` for the external id, and for the digest where the run has read that state of the
 * dataset too, and `invalidValue`.
 */
export async function changeAsset(writer: Writer, asset: Asset, changes: AssetChanges, now: number): Promise<Asset> {
  const { assets, events } = writer;
  await requireFreeAssetExternalId(assets, changes.externalId, asset.id);
  requireFixedLocation(asset, changes);
  await requireFreeDigest(assets, asset, changes.digest);
  if (parseRunValueId(asset.id)) await updateRunValue(writer, asset, changes, now);
  else {
    const { uri, ...rest } = changes;
    await assets.updateAsset(asset, { ...rest, ...(await moveTo(writer, asset, uri)), lastUpdateTime: now });
  }
  await events.appendEvent({ kind: "asset.updated", assetId: asset.id }, now);
  return requireAsset(assets, asset);
}

/** Who sends an asset back whole has not moved the files. */
async function moveTo(writer: Writer, asset: Asset, uri: string | undefined): Promise<ports.AssetChanges> {
  if (uri === undefined || uri === asset.uri) return {};
  return { uri, ...(await locationOf(writer, asset, uri)) };
}

/** The files of a logged model are where they are. */
function requireFixedLocation({ origin, uri }: Asset, changes: AssetChanges): void {
  if (origin !== "logged model" || changes.uri === undefined || changes.uri === (uri ?? "")) return;
  throw new CoreError("invalidValue", {
    field: "uri",
    reason: "the location of a model that a run has logged can't be changed: log the model again",
  });
}

/** A run has each state of a dataset once, and tells them apart by their digests. */
async function requireFreeDigest(
  assets: ports.AssetReader,
  { origin, name, runId = 0, digest: known = "" }: Asset,
  digest: string | undefined,
): Promise<void> {
  if (origin !== "dataset input" || digest === undefined || digest === known) return;
  if (digest === "") {
    throw new CoreError("invalidValue", { field: "digest", reason: "a dataset that a run has read needs one" });
  }
  if (await findDatasetInput(assets, runId, { name, digest })) {
    throw new CoreError("alreadyExists", { entity: "dataset asset", name, of: String(runId) });
  }
}

type Source = { origin?: "version source"; storageLocation?: string };

/** Makes a model the source of its version where that has none. */
async function sourceOf(writer: Writer, { kind, versionId, uri }: ports.NewAsset): Promise<Source> {
  if (kind !== "model" || versionId === undefined || (await writer.assets.hasSource(versionId))) return {};
  const origin = "version source";
  return { origin, ...(await locationOf(writer, { origin, versionId }, uri)) };
}

/** What comes with a new source of a version. */
async function locationOf(
  writer: Writer,
  { origin, versionId = 0 }: Pick<Asset, "origin" | "versionId">,
  uri: string | undefined,
): Promise<{ storageLocation?: string }> {
  if (origin !== "version source" || uri === undefined) return {};
  const { runId } = await requireRecord(writer.records, "modelVersion", versionId);
  return { storageLocation: await storageLocationOf(writer, { source: uri, ...(runId !== undefined && { runId }) }) };
}
