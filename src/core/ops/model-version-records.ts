import { CoreError, found } from "../errors.ts";
import type { RegistryEvent } from "../events.ts";
import type { ModelVersionRecord, NewRecord, RecordChanges } from "../model/records.ts";
import { isPrompt } from "../model/registered-models.ts";
import type { Writer } from "../ports/metadata-store.ts";
import type { OperationContext } from "./context.ts";
import { clientProperties, withOwnProperties } from "./own-properties.ts";
import { insertFreeRecord, requireArchived, requireFree, requireFreeExternalId, requireRecord } from "./records.ts";
import { ownDirectories, removingFolders } from "./stored-model-files.ts";

type Fixed = "creationTime" | "lastUpdateTime" | "number";

export type NewModelVersionRecord = Omit<NewRecord<"modelVersion">, Fixed>;
export type ModelVersionChanges = Omit<RecordChanges<"modelVersion">, Fixed | "name" | "modelId">;

/**
 * Makes the next version of a model, in whichever state that is, with a name that no version of the model has, archived ones included.
 * Its number is for those who know versions by number. Throws `notFound` for the model, `alreadyExists` for the name or the external id.
 */
export function createModelVersionRecord(
  context: OperationContext,
  input: NewModelVersionRecord,
): Promise<ModelVersionRecord> {
  const now = context.clock.now();
  return context.store.transact(async ({ records, registeredModels, modelVersions, events }) => {
    const { modelId } = input;
    // Before a number is taken: a refusal writes nothing.
    await requireFree(records, "modelVersion", input, modelId);
    const { number, modelName } = found(await modelVersions.takeVersionNumber(modelId), {
      entity: "registered model",
      by: "id",
      value: String(modelId),
    });
    const times = { creationTime: now, lastUpdateTime: now };
    const version = await insertFreeRecord(records, "modelVersion", {
      ...input,
      ...times,
      number,
      properties: clientProperties(input.properties),
    });
    await registeredModels.updateRegisteredModel(modelId, { lastUpdateTime: now });
    const prompt = isPrompt(input.properties);
    await events.appendEvent({ kind: "model-version.created", name: modelName, version: number, prompt }, now);
    return version;
  });
}

/**
 * Changes what is given; of one model alone where `modelId` says so. Archiving is what others call deleting: aliases that point to the
 * version go, and do not come back with it. Throws `notFound`, and `alreadyExists` for the external id.
 */
export function updateModelVersionRecord(
  context: OperationContext,
  { id, modelId }: { id: number; modelId?: number },
  changes: ModelVersionChanges,
): Promise<ModelVersionRecord> {
  const now = context.clock.now();
  return context.store.transact(async (writer) => {
    const { records, events } = writer;
    const version = await requireVersion(writer, id, modelId);
    await requireFreeExternalId(records, "modelVersion", changes.externalId, id);
    const properties = changes.properties && withOwnProperties(changes.properties, version.properties);
    await records.updateRecord("modelVersion", id, {
      ...changes,
      ...(properties && { properties }),
      lastUpdateTime: now,
    });
    const { name } = await requireRecord(records, "registeredModel", version.modelId);
    const moves = await move(writer, { version, name, changes, now });
    const updated = { kind: "model-version.updated", name, version: version.number } as const;
    await events.appendEvents(moves.length > 0 ? moves : [updated], now);
    return requireRecord(records, "modelVersion", id);
  });
}

/** Removes an archived version for good, with the files that are its own; its number stays used. Throws `notFound`, `wrongState`. */
export function purgeModelVersion(context: OperationContext, id: number): Promise<void> {
  const now = context.clock.now();
  return removingFolders(context, async (writer) => {
    const version = await requireRecord(writer.records, "modelVersion", id);
    requireArchived("modelVersion", version);
    const { name } = await requireRecord(writer.records, "registeredModel", version.modelId);
    return removeVersion(writer, { version, name }, now);
  });
}

/** Removes a version of the model of that name, in whichever state it is. Returns the folders of files that are to go with it. */
export async function removeVersion(
  writer: Writer,
  { version, name }: Pick<Move, "version" | "name">,
  now: number,
): Promise<string[]> {
  const folders = await ownDirectories(writer, { versionId: version.id });
  await writer.records.deleteRecord("modelVersion", version.id);
  await writer.events.appendEvent({ kind: "model-version.purged", name, version: version.number }, now);
  return folders;
}

async function requireVersion({ records }: Writer, id: number, modelId?: number): Promise<ModelVersionRecord> {
  const version = await requireRecord(records, "modelVersion", id);
  if (modelId === undefined || version.modelId === modelId) return version;
  throw new CoreError("notFound", { entity: "model version", by: "id", value: String(id), of: String(modelId) });
}

interface Move {
  /** As it was. */
  version: ModelVersionRecord;
  /** Of the model. */
  name: string;
  changes: ModelVersionChanges;
  now: number;
}

/** What follows from another stage or state; returns what to tell the world, which is nothing where both stay. */
async function move(writer: Writer, { version, name, changes, now }: Move): Promise<RegistryEvent[]> {
  const { stage: from, state: oldState, number } = version;
  const { stage: to = from, state = oldState } = changes;
  const events: RegistryEvent[] = [];
  if (to !== from) events.push({ kind: "model-version.stage-changed", name, version: number, from, to });
  if (state !== oldState) {
    const aliases = state === "deleted" ? await writer.modelVersions.deleteModelVersion(version, now) : [];
    for (const alias of aliases) events.push({ kind: "registered-model.alias-deleted", name, alias });
    const kind = state === "deleted" ? "model-version.deleted" : "model-version.restored";
    events.push({ kind, name, version: number });
  }
  if (events.length > 0) await writer.registeredModels.updateRegisteredModel(version.modelId, { lastUpdateTime: now });
  return events;
}
