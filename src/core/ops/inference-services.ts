import { CoreError, found } from "../errors.ts";
import { equals } from "../filter/conditions.ts";
import type { Filter, OrderKey } from "../filter/filter.ts";
import type {
  InferenceServiceRecord,
  ModelVersionRecord,
  NewRecord,
  RecordChanges,
  RegisteredModelRecord,
} from "../model/records.ts";
import type { RecordReader } from "../ports/records.ts";
import type { OperationContext } from "./context.ts";
import { changeRecord, insertRecord, requireRecord } from "./records.ts";

type Fixed = "creationTime" | "lastUpdateTime";

/** Without a name it gets a random UUID. */
export type NewInferenceService = Omit<NewRecord<"inferenceService">, Fixed | "name"> & { name?: string };
export type InferenceServiceChanges = Omit<
  RecordChanges<"inferenceService">,
  Fixed | "name" | "servingEnvironmentId" | "modelId"
>;

/**
 * Makes an inference service of an environment. The model and the version that it serves may be unknown here. Throws `notFound` for the
 * environment, `alreadyExists` for the name within it or the external id.
 */
export function createInferenceService(
  context: OperationContext,
  { name = crypto.randomUUID(), ...input }: NewInferenceService,
): Promise<InferenceServiceRecord> {
  const now = context.clock.now();
  return context.store.transact(async ({ records, events }) => {
    const environmentId = input.servingEnvironmentId;
    await requireRecord(records, "servingEnvironment", environmentId);
    const record = { ...input, name, creationTime: now, lastUpdateTime: now };
    const service = await insertRecord(records, "inferenceService", record, environmentId);
    await events.appendEvent({ kind: "inference-service.created", serviceId: service.id, environmentId, name }, now);
    return service;
  });
}

/** Changes what is given. Throws `notFound`, and `alreadyExists` for the external id. */
export function updateInferenceService(
  context: OperationContext,
  id: number,
  changes: InferenceServiceChanges,
): Promise<InferenceServiceRecord> {
  const now = context.clock.now();
  return context.store.transact(async ({ records, events }) => {
    const changed = await changeRecord(records, "inferenceService", id, { ...changes, lastUpdateTime: now });
    await events.appendEvent({ kind: "inference-service.updated", serviceId: id }, now);
    return changed;
  });
}

/** Removes an inference service that is no longer deployed, with its serve models. Throws `notFound`, `wrongState`. */
export function deleteInferenceService(context: OperationContext, id: number): Promise<void> {
  const now = context.clock.now();
  return context.store.transact(async ({ records, events }) => {
    const { desiredState } = await requireRecord(records, "inferenceService", id);
    if (desiredState !== "UNDEPLOYED") throw stillDeployed(id, desiredState);
    await records.deleteRecord("inferenceService", id);
    await events.appendEvent({ kind: "inference-service.deleted", serviceId: id }, now);
  });
}

/** The model that a service says it serves. Throws `notFound` for either. */
export function getServedModel(context: OperationContext, serviceId: number): Promise<RegisteredModelRecord> {
  return context.store.read(async ({ records }) => {
    const { modelId } = await requireRecord(records, "inferenceService", serviceId);
    return requireRecord(records, "registeredModel", modelId);
  });
}

/** The version that a service says it serves; where it names none, the newest of its model that is not archived, else the newest. Throws `notFound`. */
export function getServedVersion(context: OperationContext, serviceId: number): Promise<ModelVersionRecord> {
  return context.store.read(async ({ records }) => {
    const { modelId, modelVersionId } = await requireRecord(records, "inferenceService", serviceId);
    if (modelVersionId !== undefined) return requireRecord(records, "modelVersion", modelVersionId);
    const version = (await newestVersion(records, modelId, ACTIVE)) ?? (await newestVersion(records, modelId));
    return found(version, { entity: "model version", by: "inference service", value: String(serviceId) });
  });
}

const ACTIVE = equals("state", "active");

/** Versions get their numbers in the order in which they are made. */
const NEWEST_FIRST: readonly OrderKey[] = [{ field: { kind: "attribute", name: "number" }, descending: true }];

async function newestVersion(
  records: RecordReader,
  modelId: number,
  filter?: Filter,
): Promise<ModelVersionRecord | undefined> {
  const query = { parentId: modelId, order: NEWEST_FIRST, limit: 1, ...(filter && { filter }) };
  return (await records.listRecords("modelVersion", query)).items[0];
}

function stillDeployed(id: number, actual: string): CoreError {
  return new CoreError("wrongState", { entity: "inference service", id: String(id), required: "UNDEPLOYED", actual });
}
