import { CoreError } from "../errors.ts";
import type { RegistryEvent } from "../events.ts";
import type { NewRecord, RecordChanges, RegisteredModelRecord } from "../model/records.ts";
import { type Alias, isPrompt } from "../model/registered-models.ts";
import type { Writer } from "../ports/metadata-store.ts";
import type { OperationContext } from "./context.ts";
import { findModelVersionRecord } from "./model-version-lookups.ts";
import { insertRecord, requireArchived, requireFreeExternalId, requireRecord } from "./records.ts";
import { ownDirectories, removingFolders } from "./stored-model-files.ts";

export type NewRegisteredModelRecord = Omit<
  NewRecord<"registeredModel">,
  "creationTime" | "lastUpdateTime" | "aliases"
>;
export type RegisteredModelChanges = Omit<RecordChanges<"registeredModel">, "name" | "creationTime" | "lastUpdateTime">;

/**
 * Makes a registered model. Its name must be free among all, archived ones included: who makes models here sees those too. Throws
 * `alreadyExists` for the name or the external id.
 */
export function createRegisteredModelRecord(
  context: OperationContext,
  input: NewRegisteredModelRecord,
): Promise<RegisteredModelRecord> {
  const now = context.clock.now();
  return context.store.transact(async ({ records, events }) => {
    const times = { creationTime: now, lastUpdateTime: now };
    const model = await insertRecord(records, "registeredModel", { ...input, ...times, aliases: [] });
    const prompt = isPrompt(input.properties);
    await events.appendEvent({ kind: "registered-model.created", name: input.name, prompt }, now);
    return model;
  });
}

/**
 * Changes what is given. Archiving is what others call deleting: the name is free for them. Aliases that are given replace all. Throws
 * `notFound` for the model or a version that an alias names, and `alreadyExists` for the external id, or for the name where an archived
 * model comes back and another has taken it.
 */
export function updateRegisteredModelRecord(
  context: OperationContext,
  id: number,
  changes: RegisteredModelChanges,
): Promise<RegisteredModelRecord> {
  const now = context.clock.now();
  return context.store.transact(async (writer) => {
    const { records, events } = writer;
    const model = await requireRecord(records, "registeredModel", id);
    await requireFreeExternalId(records, "registeredModel", changes.externalId, id);
    if (model.state === "deleted" && changes.state === "active") await requireNoActiveNamesake(writer, model.name);
    await records.updateRecord("registeredModel", id, { ...changes, lastUpdateTime: now });
    const aliasEvents = changes.aliases ? await replaceAliases(writer, model, changes.aliases) : [];
    await events.appendEvents([...aliasEvents, eventOf(model, changes)], now);
    return requireRecord(records, "registeredModel", id);
  });
}

/** Removes an archived model for good, with its versions and the files that are theirs. Throws `notFound`, `wrongState`. */
export function purgeRegisteredModel(context: OperationContext, id: number): Promise<void> {
  const now = context.clock.now();
  return removingFolders(context, async (writer) => {
    const { records, events } = writer;
    const model = await requireRecord(records, "registeredModel", id);
    requireArchived("registeredModel", model);
    const own = await ownDirectories(writer, { modelId: id });
    await records.deleteRecord("registeredModel", id);
    await events.appendEvent({ kind: "registered-model.purged", name: model.name }, now);
    return own;
  });
}

async function requireNoActiveNamesake({ registeredModels }: Writer, name: string): Promise<void> {
  if ((await registeredModels.getRegisteredModel(name)) === undefined) return;
  throw new CoreError("alreadyExists", { entity: "registered model", name });
}

async function replaceAliases(
  { registeredModels, records }: Writer,
  { id, name, aliases: old }: RegisteredModelRecord,
  aliases: readonly Alias[],
): Promise<RegistryEvent[]> {
  const wanted = new Map(aliases.map(({ alias, version }) => [alias, version]));
  const events: RegistryEvent[] = [];
  for (const { alias } of old) {
    if (wanted.has(alias)) continue;
    await registeredModels.deleteAlias(id, alias);
    events.push({ kind: "registered-model.alias-deleted", name, alias });
  }
  const current = new Map(old.map(({ alias, version }) => [alias, version]));
  for (const [alias, version] of wanted) {
    if (current.get(alias) === version) continue;
    await requireVersionNumber(records, id, version);
    await registeredModels.setAlias(id, alias, version);
    events.push({ kind: "registered-model.alias-set", name, alias, version });
  }
  return events;
}

async function requireVersionNumber(records: Writer["records"], modelId: number, version: number): Promise<void> {
  if ((await findModelVersionRecord(records, modelId, version))?.state === "active") return;
  throw new CoreError("notFound", {
    entity: "model version",
    by: "number",
    value: String(version),
    of: String(modelId),
  });
}

function eventOf(model: RegisteredModelRecord, { state }: RegisteredModelChanges): RegistryEvent {
  const { name } = model;
  if (state === undefined || state === model.state) return { kind: "registered-model.updated", name };
  return { kind: state === "deleted" ? "registered-model.deleted" : "registered-model.restored", name };
}
