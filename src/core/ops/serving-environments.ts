import { CoreError } from "../errors.ts";
import type { NewRecord, RecordChanges, ServingEnvironmentRecord } from "../model/records.ts";
import type { OperationContext } from "./context.ts";
import { changeRecord, insertRecord, requireRecord } from "./records.ts";

type Fixed = "creationTime" | "lastUpdateTime";

export type NewServingEnvironment = Omit<NewRecord<"servingEnvironment">, Fixed>;
export type ServingEnvironmentChanges = Omit<RecordChanges<"servingEnvironment">, Fixed | "name">;

/** Makes a serving environment. Throws `alreadyExists` for the name or the external id. */
export function createServingEnvironment(
  context: OperationContext,
  input: NewServingEnvironment,
): Promise<ServingEnvironmentRecord> {
  const now = context.clock.now();
  return context.store.transact(async ({ records, events }) => {
    const times = { creationTime: now, lastUpdateTime: now };
    const environment = await insertRecord(records, "servingEnvironment", { ...input, ...times });
    const { id, name } = environment;
    await events.appendEvent({ kind: "serving-environment.created", environmentId: id, name }, now);
    return environment;
  });
}

/** Changes what is given. Throws `notFound`, and `alreadyExists` for the external id. */
export function updateServingEnvironment(
  context: OperationContext,
  id: number,
  changes: ServingEnvironmentChanges,
): Promise<ServingEnvironmentRecord> {
  const now = context.clock.now();
  return context.store.transact(async ({ records, events }) => {
    const changed = await changeRecord(records, "servingEnvironment", id, { ...changes, lastUpdateTime: now });
    await events.appendEvent({ kind: "serving-environment.updated", environmentId: id }, now);
    return changed;
  });
}

/** Removes an environment that has no inference services. Throws `notFound`, `wrongState`. */
export function deleteServingEnvironment(context: OperationContext, id: number): Promise<void> {
  const now = context.clock.now();
  return context.store.transact(async ({ records, events }) => {
    await requireRecord(records, "servingEnvironment", id);
    const { items } = await records.listRecords("inferenceService", { parentId: id, order: [], limit: 1 });
    if (items.length > 0) throw inUse(id);
    await records.deleteRecord("servingEnvironment", id);
    await events.appendEvent({ kind: "serving-environment.deleted", environmentId: id }, now);
  });
}

function inUse(id: number): CoreError {
  const required = "without inference services";
  return new CoreError("wrongState", { entity: "serving environment", id: String(id), required, actual: "in use" });
}
