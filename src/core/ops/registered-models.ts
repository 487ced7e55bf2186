import { CoreError, found } from "../errors.ts";
import type { RegistryEvent } from "../events.ts";
import type { ListQuery } from "../filter/query.ts";
import type { ModelVersion } from "../model/model-versions.ts";
import { isPrompt, type RegisteredModel } from "../model/registered-models.ts";
import type { Page, Tag } from "../model/values.ts";
import type { Writer } from "../ports/metadata-store.ts";
import type { RegisteredModelReader } from "../ports/registered-models.ts";
import type { OperationContext } from "./context.ts";

/** A registered model with its highest version of each stage that has one, by number. */
export interface RegisteredModelWithLatest {
  model: RegisteredModel;
  latestVersions: ModelVersion[];
}

/**
 * Makes a registered model; one with the prompt tag is a prompt. Models and prompts share their names; a deleted one does not hold its
 * name. Throws `alreadyExists`.
 */
export function createRegisteredModel(
  context: OperationContext,
  { name, description, owner, tags }: { name: string; description?: string; owner?: string; tags: readonly Tag[] },
): Promise<RegisteredModel> {
  const now = context.clock.now();
  return context.store.transact(async ({ registeredModels, events }) => {
    await requireFreeName(registeredModels, name, isPrompt(tags));
    await registeredModels.insertRegisteredModel({
      name,
      ...(description !== undefined && { description }),
      ...(owner !== undefined && { owner }),
      creationTime: now,
      lastUpdateTime: now,
      tags: [...tags],
    });
    await events.appendEvent({ kind: "registered-model.created", name, prompt: isPrompt(tags) }, now);
    return requireRegisteredModel(registeredModels, name);
  });
}

/** By name. Throws `notFound`. */
export function getRegisteredModel(context: OperationContext, name: string): Promise<RegisteredModelWithLatest> {
  return context.store.read(({ registeredModels }) => withLatest(registeredModels, name));
}

export function searchRegisteredModels(
  context: OperationContext,
  query: ListQuery,
): Promise<Page<RegisteredModelWithLatest>> {
  return context.store.read(async ({ registeredModels }) => {
    const page = await registeredModels.searchRegisteredModels(query);
    const versions = await registeredModels.getLatestVersions(page.items.map((model) => model.id));
    const versionsOf = Map.groupBy(versions, (version) => version.modelId);
    return {
      ...page,
      items: page.items.map((model) => ({ model, latestVersions: versionsOf.get(model.id) ?? [] })),
    };
  });
}

/** The highest version of each stage that has one, by number. Throws `notFound`. */
export async function getLatestVersions(context: OperationContext, name: string): Promise<ModelVersion[]> {
  return (await getRegisteredModel(context, name)).latestVersions;
}

/** Replaces the description. Throws `notFound`. */
export function updateRegisteredModel(
  context: OperationContext,
  { name, description }: { name: string; description: string },
): Promise<RegisteredModelWithLatest> {
  const now = context.clock.now();
  return context.store.transact(async ({ registeredModels, events }) => {
    const { id } = await requireRegisteredModel(registeredModels, name);
    await registeredModels.updateRegisteredModel(id, { description, lastUpdateTime: now });
    await events.appendEvent({ kind: "registered-model.updated", name }, now);
    return withLatest(registeredModels, name);
  });
}

/** Renames; versions, tags and aliases stay with the model. Throws `notFound`, `alreadyExists`. */
export function renameRegisteredModel(
  context: OperationContext,
  { name, newName }: { name: string; newName: string },
): Promise<RegisteredModelWithLatest> {
  const now = context.clock.now();
  return context.store.transact(async ({ registeredModels, modelVersions, events }) => {
    const model = await requireRegisteredModel(registeredModels, name);
    if (newName !== name && (await registeredModels.getRegisteredModel(newName))) {
      throw new CoreError("alreadyExists", { entity: "registered model", name: newName });
    }
    await registeredModels.updateRegisteredModel(model.id, { name: newName, lastUpdateTime: now });
    await modelVersions.touchModelVersions(model.id, now);
    await events.appendEvent({ kind: "registered-model.renamed", name, newName }, now);
    return withLatest(registeredModels, newName);
  });
}

/** Deletes a model softly, with its versions; its name is free at once. Throws `notFound`. */
export function deleteRegisteredModel(context: OperationContext, name: string): Promise<void> {
  return changeModel(context, name, async ({ registeredModels }, { id }, now) => {
    await registeredModels.deleteRegisteredModel(id, now);
    return { kind: "registered-model.deleted", name };
  });
}

/** Throws `notFound` for the model. */
export function setRegisteredModelTag(context: OperationContext, name: string, { key, value }: Tag): Promise<void> {
  return changeModel(context, name, async ({ registeredModels }, { id }) => {
    await registeredModels.setRegisteredModelTag(id, key, value);
    return { kind: "registered-model.tag-set", name, key, value };
  });
}

/** A tag that is not there is no error. Throws `notFound` for the model. */
export function deleteRegisteredModelTag(context: OperationContext, name: string, key: string): Promise<void> {
  return changeModel(context, name, async ({ registeredModels }, { id }) => {
    const deleted = await registeredModels.deleteRegisteredModelTag(id, key);
    return deleted ? { kind: "registered-model.tag-deleted", name, key } : undefined;
  });
}

/** Makes an alias, or moves it to another version. Throws `notFound` for the version. */
export function setRegisteredModelAlias(
  context: OperationContext,
  { name, alias, version }: { name: string; alias: string; version: number },
): Promise<void> {
  const now = context.clock.now();
  return context.store.transact(async ({ registeredModels, modelVersions, events }) => {
    const { modelId } = found(await modelVersions.getModelVersion(name, version), {
      entity: "model version",
      by: "number",
      value: String(version),
      of: name,
    });
    await registeredModels.setAlias(modelId, alias, version);
    await events.appendEvent({ kind: "registered-model.alias-set", name, alias, version }, now);
  });
}

/** An alias that is not there is no error. Throws `notFound` for the model. */
export function deleteRegisteredModelAlias(context: OperationContext, name: string, alias: string): Promise<void> {
  return changeModel(context, name, async ({ registeredModels }, model) => {
    const version = model.aliases.find((existing) => existing.alias === alias)?.version;
    if (version === undefined) return undefined;
    await registeredModels.deleteAlias(model.id, alias);
    return { kind: "registered-model.alias-deleted", name, alias, version };
  });
}

export async function requireRegisteredModel(
  registeredModels: RegisteredModelReader,
  name: string,
): Promise<RegisteredModel> {
  return found(await registeredModels.getRegisteredModel(name), {
    entity: "registered model",
    by: "name",
    value: name,
  });
}

/** Runs one change of an existing model; the event that it returns says that something has changed. */
function changeModel(
  context: OperationContext,
  name: string,
  change: (writer: Writer, model: RegisteredModel, now: number) => Promise<RegistryEvent | undefined>,
): Promise<void> {
  const now = context.clock.now();
  return context.store.transact(async (writer) => {
    const model = await requireRegisteredModel(writer.registeredModels, name);
    const event = await change(writer, model, now);
    if (event) await writer.events.appendEvent(event, now);
  });
}

async function withLatest(registeredModels: RegisteredModelReader, name: string): Promise<RegisteredModelWithLatest> {
  const model = await requireRegisteredModel(registeredModels, name);
  return { model, latestVersions: await registeredModels.getLatestVersions([model.id]) };
}

async function requireFreeName(registeredModels: RegisteredModelReader, name: string, prompt: boolean): Promise<void> {
  const holder = await registeredModels.getRegisteredModel(name);
  if (holder === undefined) return;
  throw new CoreError("alreadyExists", {
    entity: prompt ? "prompt" : "registered model",
    name,
    heldBy: isPrompt(holder.tags) ? "prompt" : "registered model",
  });
}
