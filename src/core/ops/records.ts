import { CoreError, type EntityName, found } from "../errors.ts";
import type { NewRecord, RecordChanges, RecordKind, RecordOf } from "../model/records.ts";
import type { LifecycleStage, Page } from "../model/values.ts";
import type { RecordLookup, RecordQuery, RecordReader, RecordWriter } from "../ports/records.ts";
import type { OperationContext } from "./context.ts";

const ENTITY: { readonly [Kind in RecordKind]: EntityName } = {
  registeredModel: "registered model",
  modelVersion: "model version",
  experiment: "experiment",
  run: "run",
  servingEnvironment: "serving environment",
  inferenceService: "inference service",
  serveModel: "serve model",
};

/** By number, in whichever state. Throws `notFound`. */
export function getRecord<Kind extends RecordKind>(
  context: OperationContext,
  kind: Kind,
  id: number,
): Promise<RecordOf[Kind]> {
  return context.store.read(({ records }) => requireRecord(records, kind, id));
}

/**
 * The one record of that name, within its parent where one is given, or of that external id. Of several that share a name, the
 * one that is active, else the one that was made last. Throws `notFound`, and `ambiguous` where several are active, as runs can be.
 */
export function findRecord<Kind extends RecordKind>(
  context: OperationContext,
  kind: Kind,
  lookup: RecordLookup,
): Promise<RecordOf[Kind]> {
  return context.store.read(async ({ records }) => {
    const [first, second] = await records.findRecords(kind, lookup);
    const by = "externalId" in lookup ? "externalId" : "name";
    const value = "externalId" in lookup ? lookup.externalId : lookup.name;
    const record = found(first, { entity: ENTITY[kind], by, value });
    if (second !== undefined && isActive(second)) {
      throw new CoreError("ambiguous", { entity: ENTITY[kind], by, value });
    }
    return record;
  });
}

/** Records of one kind, in whichever state. `parentId` need not exist: nothing is in it then. */
export function listRecords<Kind extends RecordKind>(
  context: OperationContext,
  kind: Kind,
  query: RecordQuery,
): Promise<Page<RecordOf[Kind]>> {
  return context.store.read(({ records }) => records.listRecords(kind, query));
}

export async function requireRecord<Kind extends RecordKind>(
  records: RecordReader,
  kind: Kind,
  id: number,
): Promise<RecordOf[Kind]> {
  return found(await records.getRecord(kind, id), { entity: ENTITY[kind], by: "id", value: String(id) });
}

/** Makes a record. Throws `alreadyExists` for its name, within the parent where one is given, and for its external id. */
export async function insertRecord<Kind extends RecordKind>(
  records: RecordWriter,
  kind: Kind,
  record: NewRecord<Kind>,
  parentId?: number,
): Promise<RecordOf[Kind]> {
  await requireFree(records, kind, record, parentId);
  return insertFreeRecord(records, kind, record);
}

/** As `insertRecord`, for what `requireFree` has let through. */
export async function insertFreeRecord<Kind extends RecordKind>(
  records: RecordWriter,
  kind: Kind,
  record: NewRecord<Kind>,
): Promise<RecordOf[Kind]> {
  const id = await records.insertRecord(kind, record);
  return { ...record, id } as RecordOf[Kind];
}

/** Throws `alreadyExists` for the name, within the parent where one is given, and for the external id. */
export async function requireFree(
  records: RecordReader,
  kind: RecordKind,
  { name, externalId }: { name: string; externalId?: string | undefined },
  parentId?: number,
): Promise<void> {
  await requireFreeRecordName(records, kind, name, parentId);
  await requireFreeExternalId(records, kind, externalId);
}

/** Changes what is given. Throws `notFound`, and `alreadyExists` for the external id. */
export async function changeRecord<Kind extends RecordKind>(
  records: RecordWriter,
  kind: Kind,
  id: number,
  changes: RecordChanges<Kind>,
): Promise<RecordOf[Kind]> {
  await requireRecord(records, kind, id);
  await requireFreeExternalId(records, kind, changes.externalId, id);
  await records.updateRecord(kind, id, changes);
  return requireRecord(records, kind, id);
}

/** Throws `alreadyExists` where a record has the name, within the parent where one is given: an archived one holds its name here. */
export async function requireFreeRecordName(
  records: RecordReader,
  kind: RecordKind,
  name: string,
  parentId?: number,
): Promise<void> {
  const [holder] = await records.findRecords(kind, { name, ...(parentId !== undefined && { parentId }) });
  if (holder === undefined) return;
  throw new CoreError("alreadyExists", {
    entity: ENTITY[kind],
    name,
    ...(parentId !== undefined && { of: String(parentId) }),
  });
}

/** Throws `alreadyExists` where another record of the kind has the external id; "" and none are free for all. */
export async function requireFreeExternalId(
  records: RecordReader,
  kind: RecordKind,
  externalId: string | undefined,
  except?: number,
): Promise<void> {
  if (!externalId) return;
  const [holder] = await records.findRecords(kind, { externalId });
  if (holder === undefined || holder.id === except) return;
  throw new CoreError("alreadyExists", { entity: ENTITY[kind], name: externalId, by: "externalId" });
}

/** Throws `wrongState` for a record that is not archived. */
export function requireArchived(
  kind: "registeredModel" | "modelVersion" | "experiment" | "run",
  { id, state }: { id: number; state: LifecycleStage },
): void {
  if (state === "deleted") return;
  throw new CoreError("wrongState", { entity: ENTITY[kind], id: String(id), required: "deleted", actual: state });
}

function isActive(record: RecordOf[RecordKind]): boolean {
  return "state" in record && record.state === "active";
}
