import { CoreError } from "../errors.ts";
import type { RegistryEvent } from "../events.ts";
import { DEFAULT_EXPERIMENT_ID } from "../model/experiments.ts";
import type { ExperimentRecord, NewRecord, RecordChanges } from "../model/records.ts";
import type { OperationContext } from "./context.ts";
import { requireFreeExperimentName } from "./experiments.ts";
import { insertRecord, requireArchived, requireFreeExternalId, requireRecord } from "./records.ts";

export type NewExperimentRecord = Omit<NewRecord<"experiment">, "creationTime" | "lastUpdateTime" | "artifactLocation">;
export type ExperimentChanges = Pick<
  RecordChanges<"experiment">,
  "description" | "externalId" | "owner" | "state" | "properties"
>;

/**
 * Makes an experiment; artifacts of its runs go below `<artifact root>/<id>`. Its name must be free among all, archived ones included:
 * who makes experiments here sees those too. Throws `alreadyExists` for the name or the external id.
 */
export function createExperimentRecord(
  context: OperationContext,
  input: NewExperimentRecord,
): Promise<ExperimentRecord> {
  const now = context.clock.now();
  return context.store.transact(async ({ records, events }) => {
    const experiment = { ...input, artifactLocation: "", creationTime: now, lastUpdateTime: now };
    const { id } = await insertRecord(records, "experiment", experiment);
    await records.updateRecord("experiment", id, { artifactLocation: `${context.artifactRoot}/${id}` });
    await events.appendEvent({ kind: "experiment.created", experimentId: id, name: input.name }, now);
    return requireRecord(records, "experiment", id);
  });
}

/**
 * Changes what is given, of an archived experiment too. Archiving is what others call deleting, but of the experiment alone: its runs
 * stay as they are. Throws `notFound`, and `alreadyExists` for the external id, or for the name where an archived experiment comes back
 * and another has taken it.
 */
export function updateExperimentRecord(
  context: OperationContext,
  id: number,
  changes: ExperimentChanges,
): Promise<ExperimentRecord> {
  const now = context.clock.now();
  return context.store.transact(async ({ records, experiments, events }) => {
    const experiment = await requireRecord(records, "experiment", id);
    await requireFreeExternalId(records, "experiment", changes.externalId, id);
    if (experiment.state === "deleted" && changes.state === "active") {
      await requireFreeExperimentName(experiments, experiment.name);
    }
    await records.updateRecord("experiment", id, { ...changes, lastUpdateTime: now });
    await events.appendEvent(eventOf(experiment, changes), now);
    return requireRecord(records, "experiment", id);
  });
}

/** Removes an archived experiment for good, with its runs and logged models. Throws `notFound`, `wrongState`, and `unsupported` for `Default`. */
export function purgeExperiment(context: OperationContext, id: number): Promise<void> {
  const now = context.clock.now();
  return context.store.transact(async ({ records, events }) => {
    const experiment = await requireRecord(records, "experiment", id);
    requireArchived("experiment", experiment);
    if (id === DEFAULT_EXPERIMENT_ID) throw new CoreError("unsupported", { reason: NEEDED });
    await records.deleteRecord("experiment", id);
    await events.appendEvent({ kind: "experiment.purged", experimentId: id, name: experiment.name }, now);
  });
}

const NEEDED = "The experiment Default can't be removed for good: what names no experiment is logged there";

function eventOf({ id, state: before }: ExperimentRecord, { state }: ExperimentChanges): RegistryEvent {
  if (state === undefined || state === before) return { kind: "experiment.updated", experimentId: id };
  return { kind: state === "deleted" ? "experiment.deleted" : "experiment.restored", experimentId: id };
}
