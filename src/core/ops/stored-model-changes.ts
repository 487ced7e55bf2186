import { found } from "../errors.ts";
import { equals } from "../filter/conditions.ts";
import type { Asset } from "../model/assets.ts";
import type { ModelVersion } from "../model/model-versions.ts";
import type { ModelVersionRecord } from "../model/records.ts";
import type { ParameterValue, StoredModel } from "../model/stored-models.ts";
import type { Writer } from "../ports/metadata-store.ts";
import { changeAsset, insertAsset } from "./asset-changes.ts";
import type { OperationContext } from "./context.ts";
import { removeVersion } from "./model-version-records.ts";
import { requireClientTag } from "./own-properties.ts";
import { requireRecord } from "./records.ts";
import { removingFolders } from "./stored-model-files.ts";
import { metricOf, parameterOf } from "./stored-model-values.ts";
import { findByReference, requireStoredModel, type StoredModelReference } from "./stored-models.ts";

/** What changes of a stored model: what is absent stays; of the maps only the keys that are given change, and null removes one. */
export interface StoredModelChanges {
  description?: string | null;
  framework?: string | null;
  metrics?: Readonly<Record<string, number | null>>;
  parameters?: Readonly<Record<string, ParameterValue | null>>;
  tags?: Readonly<Record<string, string | null>>;
}

/** Throws `notFound`, and `invalidValue` for tags that only this server writes. */
export function updateStoredModel(
  context: OperationContext,
  reference: StoredModelReference,
  changes: StoredModelChanges,
): Promise<StoredModel> {
  const now = context.clock.now();
  return context.store.transact(async (writer) => {
    const { version } = await requireStoredModel(writer, reference);
    await updateVersion(writer, version, changes, now);
    await changeTags(writer, version, changes.tags ?? {}, now);
    await changeFramework(writer, version, changes.framework, now);
    for (const [name, value] of Object.entries(changes.metrics ?? {})) {
      await setValue(writer, version.id, value === null ? { kind: "metric", name } : metricOf(name, value), now);
    }
    for (const [name, value] of Object.entries(changes.parameters ?? {})) {
      await setValue(writer, version.id, value === null ? { kind: "parameter", name } : parameterOf(name, value), now);
    }
    return requireStoredModel(writer, String(version.id));
  });
}

async function updateVersion(
  { modelVersions, events }: Writer,
  { id, modelName: name, number }: ModelVersion,
  { description }: StoredModelChanges,
  now: number,
): Promise<void> {
  await modelVersions.updateModelVersion(id, {
    lastUpdateTime: now,
    ...(description !== undefined && { description }),
  });
  await events.appendEvent({ kind: "model-version.updated", name, version: number }, now);
}

async function changeTags(
  { modelVersions, events }: Writer,
  { id, modelName: name, number: version }: ModelVersion,
  tags: Readonly<Record<string, string | null>>,
  now: number,
): Promise<void> {
  for (const [key, value] of Object.entries(tags)) {
    requireClientTag(key);
    if (value === null) {
      if (!(await modelVersions.deleteModelVersionTag(id, key))) continue;
      await events.appendEvent({ kind: "model-version.tag-deleted", name, version, key }, now);
    } else {
      await modelVersions.setModelVersionTag(id, key, value);
      await events.appendEvent({ kind: "model-version.tag-set", name, version, key, value }, now);
    }
  }
}

async function changeFramework(
  writer: Writer,
  { id: versionId, modelName, number }: ModelVersion,
  framework: string | null | undefined,
  now: number,
): Promise<void> {
  if (framework === undefined) return;
  const sources = await writer.assets.listAssets({ parent: { versionId }, kinds: ["model"], order: [], limit: 1000 });
  const source = sources.items.find(({ origin }) => origin === "version source");
  const data = { entity: "model asset", by: "version", value: String(number), of: modelName } as const;
  await changeAsset(writer, found(source, data), { modelFormatName: framework ?? "" }, now);
}

type NewValue = ReturnType<typeof metricOf | typeof parameterOf> | { kind: "metric" | "parameter"; name: string };

/** Without a value, the metric or parameter goes. */
async function setValue(writer: Writer, versionId: number, value: NewValue, now: number): Promise<void> {
  const existing = await findValue(writer, versionId, value);
  if (!("state" in value)) {
    if (existing === undefined) return;
    await writer.assets.deleteAsset(existing);
    await writer.events.appendEvent({ kind: "asset.deleted", assetId: existing.id, name: existing.name }, now);
  } else if (existing) {
    const { kind: _kind, name: _name, ...changes } = value;
    await changeAsset(writer, existing, changes, now);
  } else await insertAsset(writer, value, now, { versionId });
}

async function findValue(
  { assets }: Writer,
  versionId: number,
  { kind, name }: Pick<NewValue, "kind" | "name">,
): Promise<Asset | undefined> {
  return (await assets.findAssets({ name, kind, parent: { versionId } })).find(
    (asset) => asset.versionId === versionId,
  );
}

/**
 * Removes a version for good, in whichever state it is, with the files that are its own; their bytes go where nothing else refers to
 * them. Its number stays used. Throws `notFound`.
 */
export function deleteStoredModel(context: OperationContext, reference: StoredModelReference): Promise<void> {
  const now = context.clock.now();
  return removingFolders(context, async (writer) => {
    const version = await requireAnyVersion(writer, reference);
    const { name } = await requireRecord(writer.records, "registeredModel", version.modelId);
    for (const alias of await writer.modelVersions.deleteModelVersion(version, now)) {
      await writer.events.appendEvent({ kind: "registered-model.alias-deleted", name, alias }, now);
    }
    await writer.registeredModels.updateRegisteredModel(version.modelId, { lastUpdateTime: now });
    return removeVersion(writer, { version, name }, now);
  });
}

async function requireAnyVersion(reader: Writer, reference: StoredModelReference): Promise<ModelVersionRecord> {
  const { records, storedModels } = reader;
  const version = await findByReference(reference, {
    byNumber: (id) => records.getRecord("modelVersion", id),
    async byClientId(id) {
      const query = { filter: equals("externalId", id), order: [], limit: 1 };
      return (await records.listRecords("modelVersion", query)).items[0];
    },
    async byImportedId(id) {
      const imported = await storedModels.findImportedModel(id);
      return imported && records.getRecord("modelVersion", imported.version.id);
    },
  });
  return found(version, { entity: "model version", by: "metadata_id", value: reference });
}
