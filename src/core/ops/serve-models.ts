import type { NewRecord, ServeModelRecord } from "../model/records.ts";
import type { OperationContext } from "./context.ts";
import { insertRecord, requireRecord } from "./records.ts";

/** Without a name it gets a random UUID. */
export type NewServeModel = Omit<NewRecord<"serveModel">, "creationTime" | "lastUpdateTime" | "name"> & {
  name?: string;
};

/**
 * Notes that an inference service serves a version. Throws `notFound` for the service or the version, `alreadyExists` for the name within
 * the service or the external id.
 */
export function createServeModel(
  context: OperationContext,
  { name = crypto.randomUUID(), ...input }: NewServeModel,
): Promise<ServeModelRecord> {
  const now = context.clock.now();
  return context.store.transact(async ({ records, events }) => {
    const { inferenceServiceId: serviceId, modelVersionId: versionId } = input;
    await requireRecord(records, "inferenceService", serviceId);
    await requireRecord(records, "modelVersion", versionId);
    const record = { ...input, name, creationTime: now, lastUpdateTime: now };
    const serve = await insertRecord(records, "serveModel", record, serviceId);
    await events.appendEvent({ kind: "serve-model.created", serveId: serve.id, serviceId, versionId }, now);
    return serve;
  });
}
