import { CoreError } from "../errors.ts";
import type { RegistryEvent } from "../events.ts";
import type { ListQuery } from "../filter/query.ts";
import { newHexId } from "../ids.ts";
import type { Property } from "../model/properties.ts";
import type { NewRecord, RecordChanges, RunRecord } from "../model/records.ts";
import { RUN_NAME_TAG } from "../model/runs.ts";
import { joinUri } from "../model/uris.ts";
import type { Page, Timestamp } from "../model/values.ts";
import type { OperationContext } from "./context.ts";
import {
  insertRecord,
  requireArchived,
  requireFreeExternalId,
  requireFreeRecordName,
  requireRecord,
} from "./records.ts";

export type NewRunRecord = Omit<
  NewRecord<"run">,
  "name" | "runId" | "artifactUri" | "creationTime" | "lastUpdateTime"
> & { name?: string };
export type RunRecordChanges = Pick<
  RecordChanges<"run">,
  "description" | "externalId" | "owner" | "state" | "status" | "endTime" | "properties"
>;

/**
 * Makes a run of an experiment, archived or not. Where it has no name, the property `mlflow.runName` names it, else a random UUID; the
 * name must be free in the experiment, whatever the state of its runs. Its artifacts go to
 * `<artifact location of the experiment>/<run id>/artifacts`. Throws `notFound` for the experiment, `invalidValue` where it ends before it
 * starts, and `alreadyExists` for the name or the external id.
 */
export function createRunRecord(context: OperationContext, input: NewRunRecord): Promise<RunRecord> {
  const now = context.clock.now();
  const name = input.name || nameIn(input.properties) || crypto.randomUUID();
  requireOrder(input.startTime, input.endTime);
  return context.store.transact(async ({ records, events }) => {
    const experiment = await requireRecord(records, "experiment", input.experimentId);
    const runId = newHexId();
    const run = {
      ...input,
      name,
      runId,
      properties: withName(input.properties, name),
      artifactUri: joinUri(experiment.artifactLocation, `${runId}/artifacts`),
      creationTime: now,
      lastUpdateTime: now,
    };
    const { id } = await insertRecord(records, "run", run, experiment.id);
    await events.appendEvent({ kind: "run.created", runId, experimentId: experiment.id }, now);
    return requireRecord(records, "run", id);
  });
}

/** Runs of one experiment, in whichever state. Throws `notFound` for the experiment. */
export function listRunsOfExperiment(
  context: OperationContext,
  experimentId: number,
  query: ListQuery,
): Promise<Page<RunRecord>> {
  return context.store.read(async ({ records }) => {
    await requireRecord(records, "experiment", experimentId);
    return records.listRecords("run", { ...query, parentId: experimentId });
  });
}

/**
 * Changes what is given, of an archived run too; the property `mlflow.runName` renames the run. `experimentId`: the run must be one of
 * that experiment. Throws `notFound`, `invalidValue` where the run would end before it started, and `alreadyExists` for the external id
 * or the new name.
 */
export function updateRunRecord(
  context: OperationContext,
  id: number,
  changes: RunRecordChanges,
  experimentId?: number,
): Promise<RunRecord> {
  const now = context.clock.now();
  return context.store.transact(async ({ records, events }) => {
    const run = await requireRecord(records, "run", id);
    if (experimentId !== undefined && run.experimentId !== experimentId) throw notOfExperiment(id, experimentId);
    const name = nameIn(changes.properties) ?? run.name;
    requireOrder(run.startTime, changes.endTime);
    if (name !== run.name) await requireFreeRecordName(records, "run", name, run.experimentId);
    await requireFreeExternalId(records, "run", changes.externalId, id);
    await records.updateRecord("run", id, {
      ...changes,
      ...(changes.properties && { name, properties: withName(changes.properties, name) }),
      lastUpdateTime: now,
    });
    await events.appendEvents(eventsOf(run, changes), now);
    return requireRecord(records, "run", id);
  });
}

/** Removes an archived run for good, with everything that was logged to it. Throws `notFound`, `wrongState`. */
export function purgeRun(context: OperationContext, id: number): Promise<void> {
  const now = context.clock.now();
  return context.store.transact(async ({ records, events }) => {
    const run = await requireRecord(records, "run", id);
    requireArchived("run", run);
    await records.deleteRecord("run", id);
    await events.appendEvent({ kind: "run.purged", runId: run.runId }, now);
  });
}

function nameIn(properties: readonly Property[] | undefined): string | undefined {
  return properties?.find(({ key, value }) => key === RUN_NAME_TAG && value !== "")?.value;
}

/** A run's name is its tag too: clients that know tags alone look for it there. */
function withName(properties: readonly Property[], name: string): Property[] {
  const others = properties.filter(({ key }) => key !== RUN_NAME_TAG);
  return [...others, { key: RUN_NAME_TAG, type: "string", value: name }];
}

function requireOrder(startTime: Timestamp | undefined, endTime: Timestamp | undefined): void {
  if (startTime === undefined || endTime === undefined || endTime >= startTime) return;
  throw new CoreError("invalidValue", {
    field: "endTimeSinceEpoch",
    reason: `the run can't end (${endTime}) before it starts (${startTime})`,
  });
}

function notOfExperiment(id: number, experimentId: number): CoreError {
  return new CoreError("notFound", { entity: "run", by: "id", value: String(id), of: String(experimentId) });
}

function eventsOf(run: RunRecord, { state = run.state, ...others }: RunRecordChanges): RegistryEvent[] {
  const { runId, status } = run;
  const updated = { kind: "run.updated", runId, status: others.status ?? status } as const;
  if (state === run.state) return [updated];
  const moved = { kind: state === "deleted" ? "run.deleted" : "run.restored", runId } as const;
  return Object.keys(others).length === 0 ? [moved] : [updated, moved];
}
