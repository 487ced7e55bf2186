import { CoreError, found } from "../errors.ts";
import { newHexId } from "../ids.ts";
import { type LoggedModel, type LoggedModelStatus, MLFLOW_FORMAT } from "../model/logged-models.ts";
import { randomName } from "../model/random-names.ts";
import { MODEL_VERSIONS_TAG, withRegistration } from "../model/registrations.ts";
import type { Param } from "../model/runs.ts";
import { lastOfEachKey } from "../model/tags.ts";
import { joinUri } from "../model/uris.ts";
import type { Page, Tag } from "../model/values.ts";
import type { LoggedModelQuery, LoggedModelReader } from "../ports/logged-models.ts";
import type { Writer } from "../ports/metadata-store.ts";
import type { OperationContext } from "./context.ts";
import { requireActiveExperiment } from "./experiments.ts";

export interface NewLoggedModel {
  experimentId: number;
  /** Random where none is given. Not unique. */
  name?: string;
  modelType: string;
  sourceRunId: string;
  params: readonly Param[];
  tags: readonly Tag[];
}

/**
 * Makes a logged model, PENDING until it is finalized, whose files go below `<experiment's location>/models/<id>/artifacts`. Throws
 * `notFound` and `wrongState` for the experiment, `alreadyExists` for a param or tag that is given twice.
 */
export function createLoggedModel(context: OperationContext, input: NewLoggedModel): Promise<LoggedModel> {
  const now = context.clock.now();
  requireDistinctKeys("param", input.params);
  requireDistinctKeys("tag", input.tags);
  return context.store.transact(async ({ experiments, loggedModels, events }) => {
    const experiment = await requireActiveExperiment(experiments, input.experimentId);
    const modelId = `m-${newHexId()}`;
    await loggedModels.insertLoggedModel({
      modelId,
      experimentId: experiment.id,
      name: input.name ?? randomName(),
      artifactLocation: joinUri(experiment.artifactLocation, `models/${modelId}/artifacts`),
      creationTime: now,
      lastUpdateTime: now,
      status: "PENDING",
      modelType: input.modelType,
      sourceRunId: input.sourceRunId,
      params: [...input.params],
      tags: [...input.tags],
      format: MLFLOW_FORMAT,
    });
    await events.appendEvent({ kind: "logged-model.created", modelId, experimentId: experiment.id }, now);
    return requireLoggedModel(loggedModels, modelId);
  });
}

/** By id; a deleted one only with `withDeleted`. Throws `notFound`. */
export function getLoggedModel(
  context: OperationContext,
  modelId: string,
  options: { withDeleted: boolean },
): Promise<LoggedModel> {
  return context.store.read(({ loggedModels }) => requireLoggedModel(loggedModels, modelId, options));
}

export function searchLoggedModels(context: OperationContext, query: LoggedModelQuery): Promise<Page<LoggedModel>> {
  return context.store.read(({ loggedModels }) => loggedModels.searchLoggedModels(query));
}

/** Sets the status; every status may follow every other. Throws `notFound`. */
export function finalizeLoggedModel(
  context: OperationContext,
  modelId: string,
  status: LoggedModelStatus,
): Promise<LoggedModel> {
  return changeLoggedModel(context, modelId, async ({ loggedModels }, _model, now) => {
    await loggedModels.updateLoggedModel(modelId, { status, lastUpdateTime: now });
  });
}

/** Deletes a logged model softly; one that is deleted already stays so. Throws `notFound`. */
export function deleteLoggedModel(context: OperationContext, modelId: string): Promise<void> {
  const now = context.clock.now();
  return context.store.transact(async ({ loggedModels, events }) => {
    await requireLoggedModel(loggedModels, modelId, { withDeleted: true });
    await loggedModels.deleteLoggedModel(modelId, now);
    await events.appendEvent({ kind: "logged-model.deleted", modelId }, now);
  });
}

/** Sets tags; of a key that is given twice, the last value holds. Throws `notFound`. */
export function setLoggedModelTags(
  context: OperationContext,
  modelId: string,
  tags: readonly Tag[],
): Promise<LoggedModel> {
  return changeLoggedModel(context, modelId, ({ loggedModels }) =>
    loggedModels.setLoggedModelTags(modelId, lastOfEachKey(tags)),
  );
}

/** Throws `notFound` for the model or the tag. */
export async function deleteLoggedModelTag(context: OperationContext, modelId: string, key: string): Promise<void> {
  await changeLoggedModel(context, modelId, async ({ loggedModels }) => {
    if (await loggedModels.deleteLoggedModelTag(modelId, key)) return;
    throw new CoreError("notFound", { entity: "tag", by: "logged model", value: key, of: modelId });
  });
}

/** Adds params, each of which is written once. Throws `notFound`, and `alreadyExists` for a key that is there or given twice. */
export async function logLoggedModelParams(
  context: OperationContext,
  modelId: string,
  params: readonly Param[],
): Promise<void> {
  await changeLoggedModel(context, modelId, async ({ loggedModels }, model) => {
    requireDistinctKeys("param", [...model.params, ...params]);
    await loggedModels.insertLoggedModelParams(modelId, params);
  });
}

/** Notes on the logged model that a version was made from it. */
export async function recordRegistration(
  { loggedModels }: Pick<Writer, "loggedModels">,
  modelId: string,
  name: string,
  version: number,
): Promise<void> {
  const model = await loggedModels.getLoggedModel(modelId);
  // A version that was copied from another one may outlive the logged model of both.
  if (model === undefined) return;
  const known = model.tags.find((tag) => tag.key === MODEL_VERSIONS_TAG)?.value;
  const value = withRegistration(known, name, version);
  await loggedModels.setLoggedModelTags(modelId, [{ key: MODEL_VERSIONS_TAG, value }]);
}

export async function requireLoggedModel(
  loggedModels: LoggedModelReader,
  modelId: string,
  options?: { withDeleted: boolean },
): Promise<LoggedModel> {
  const model = await loggedModels.getLoggedModel(modelId, options);
  return found(model, { entity: "logged model", by: "id", value: modelId });
}

function changeLoggedModel(
  context: OperationContext,
  modelId: string,
  change: (writer: Writer, model: LoggedModel, now: number) => Promise<void>,
): Promise<LoggedModel> {
  const now = context.clock.now();
  return context.store.transact(async (writer) => {
    await change(writer, await requireLoggedModel(writer.loggedModels, modelId), now);
    await writer.events.appendEvent({ kind: "logged-model.updated", modelId }, now);
    return requireLoggedModel(writer.loggedModels, modelId);
  });
}

function requireDistinctKeys(entity: "param" | "tag", items: readonly { key: string }[]): void {
  const keys = new Set<string>();
  for (const { key } of items) {
    if (keys.has(key)) throw new CoreError("alreadyExists", { entity, name: key });
    keys.add(key);
  }
}
