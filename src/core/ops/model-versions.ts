import { CoreError } from "../errors.ts";
import type { ListQuery } from "../filter/query.ts";
import { ACTIVE_STAGES, type ModelVersion, type Stage } from "../model/model-versions.ts";
import { isPrompt } from "../model/registered-models.ts";
import { lastOfEachKey } from "../model/tags.ts";
import type { Page, Tag } from "../model/values.ts";
import type { OperationContext } from "./context.ts";
import { recordRegistration } from "./logged-models.ts";
import { requireModelVersion, requireModelVersionByAlias } from "./model-version-lookups.ts";
import { resolveModelVersionSource } from "./model-version-sources.ts";
import { clientProperties, requireClientTag } from "./own-properties.ts";
import { requireRegisteredModel } from "./registered-models.ts";

export interface NewModelVersion {
  modelName: string;
  source: string;
  runId?: string;
  runLink: string;
  userId?: string;
  loggedModelId?: string;
  description: string;
  tags: readonly Tag[];
}

/**
 * Makes the next version of a model: number 1, 2, 3, …, one more than the highest ever used. The source must pass
 * `resolveModelVersionSource`. The logged model that it comes from lists it in a tag. Throws `notFound`, `invalidValue`.
 */
export function createModelVersion(context: OperationContext, input: NewModelVersion): Promise<ModelVersion> {
  const now = context.clock.now();
  const prompt = isPrompt(input.tags);
  return context.store.transact(async (writer) => {
    const { registeredModels, modelVersions, events } = writer;
    const origin = await resolveModelVersionSource(writer, { ...input, prompt });
    const model = await requireRegisteredModel(registeredModels, input.modelName);
    const version: Omit<ModelVersion, "id" | "number" | "aliases"> = {
      modelId: model.id,
      modelName: model.name,
      description: input.description,
      stage: "None",
      ...origin,
      runLink: input.runLink,
      ...(input.userId !== undefined && { userId: input.userId }),
      status: "READY",
      creationTime: now,
      lastUpdateTime: now,
      tags: lastOfEachKey(clientProperties(input.tags)),
    };
    const { id, number } = await modelVersions.insertModelVersion(version);
    await registeredModels.updateRegisteredModel(model.id, { lastUpdateTime: now });
    if (origin.loggedModelId !== undefined) await recordRegistration(writer, origin.loggedModelId, model.name, number);
    await events.appendEvent({ kind: "model-version.created", name: model.name, version: number, prompt }, now);
    return { ...version, id, number, aliases: [] };
  });
}

/** Throws `notFound`. */
export function getModelVersion(context: OperationContext, name: string, number: number): Promise<ModelVersion> {
  return context.store.read((reader) => requireModelVersion(reader, name, number));
}

/** The version that an alias points to; `latest`, in any case, is the highest one. Throws `notFound`. */
export function getModelVersionByAlias(context: OperationContext, name: string, alias: string): Promise<ModelVersion> {
  return context.store.read((reader) => requireModelVersionByAlias(reader, name, alias));
}

export function searchModelVersions(context: OperationContext, query: ListQuery): Promise<Page<ModelVersion>> {
  return context.store.read(({ modelVersions }) => modelVersions.searchModelVersions(query));
}

/** Replaces the description, or removes it where none is given. Throws `notFound`. */
export function updateModelVersion(
  context: OperationContext,
  { name, number, description }: { name: string; number: number; description: string | undefined },
): Promise<ModelVersion> {
  const now = context.clock.now();
  return context.store.transact(async (writer) => {
    const { id } = await requireModelVersion(writer, name, number);
    await writer.modelVersions.updateModelVersion(id, { description: description ?? null, lastUpdateTime: now });
    await writer.events.appendEvent({ kind: "model-version.updated", name, version: number }, now);
    return requireModelVersion(writer, name, number);
  });
}

/**
 * Moves a version to a stage. With `archiveExisting`, which only Staging and Production allow, the other versions of that stage are
 * archived. Throws `notFound`, `invalidValue`.
 */
export function transitionModelVersionStage(
  context: OperationContext,
  { name, number, stage, archiveExisting }: { name: string; number: number; stage: Stage; archiveExisting: boolean },
): Promise<ModelVersion> {
  if (archiveExisting) requireActiveStage(stage);
  const now = context.clock.now();
  return context.store.transact(async (writer) => {
    const { registeredModels, modelVersions, events } = writer;
    const version = await requireModelVersion(writer, name, number);
    const archived = archiveExisting ? await modelVersions.moveOtherVersions(version, stage, "Archived", now) : [];
    await modelVersions.updateModelVersion(version.id, { stage, lastUpdateTime: now });
    await registeredModels.updateRegisteredModel(version.modelId, { lastUpdateTime: now });
    const moved = [
      ...archived.map((other) => ({ version: other, from: stage, to: "Archived" as const })),
      { version: number, from: version.stage, to: stage },
    ];
    await events.appendEvents(
      moved.map((move) => ({ kind: "model-version.stage-changed", name, ...move })),
      now,
    );
    return requireModelVersion(writer, name, number);
  });
}

/** Deletes a version softly; aliases that point to it go with it, its number stays used. Throws `notFound`. */
export function deleteModelVersion(context: OperationContext, name: string, number: number): Promise<void> {
  const now = context.clock.now();
  return context.store.transact(async (writer) => {
    const { registeredModels, modelVersions, events } = writer;
    const version = await requireModelVersion(writer, name, number);
    const aliases = await modelVersions.deleteModelVersion(version, now);
    await registeredModels.updateRegisteredModel(version.modelId, { lastUpdateTime: now });
    const unaliased = aliases.map(
      (alias) => ({ kind: "registered-model.alias-deleted", name, alias, version: number }) as const,
    );
    await events.appendEvents([...unaliased, { kind: "model-version.deleted", name, version: number }], now);
  });
}

/** Throws `notFound` for the version, and `invalidValue` for tags that only this server writes. */
export function setModelVersionTag(
  context: OperationContext,
  { name, number, key, value }: { name: string; number: number } & Tag,
): Promise<void> {
  requireClientTag(key);
  const now = context.clock.now();
  return context.store.transact(async (writer) => {
    const { id } = await requireModelVersion(writer, name, number);
    await writer.modelVersions.setModelVersionTag(id, key, value);
    await writer.events.appendEvent({ kind: "model-version.tag-set", name, version: number, key, value }, now);
  });
}

/** A tag that is not there is no error. Throws `notFound` for the version, and `invalidValue` for tags that only this server writes. */
export function deleteModelVersionTag(
  context: OperationContext,
  { name, number, key }: { name: string; number: number; key: string },
): Promise<void> {
  requireClientTag(key);
  const now = context.clock.now();
  return context.store.transact(async (writer) => {
    const { id } = await requireModelVersion(writer, name, number);
    if (!(await writer.modelVersions.deleteModelVersionTag(id, key))) return;
    await writer.events.appendEvent({ kind: "model-version.tag-deleted", name, version: number, key }, now);
  });
}

function requireActiveStage(stage: Stage): void {
  if (ACTIVE_STAGES.includes(stage)) return;
  const stages = ACTIVE_STAGES.map((active) => `'${active}'`).join(", ");
  throw new CoreError("invalidValue", {
    field: "stage",
    reason:
      "Model version transition cannot archive existing model versions " +
      `because '${stage}' is not an Active stage. Valid stages are [${stages}]`,
  });
}
