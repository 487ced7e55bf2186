import { CoreError, found } from "../errors.ts";
import type { ListQuery, ViewType } from "../filter/query.ts";
import { newHexId } from "../ids.ts";
import { randomName } from "../model/random-names.ts";
import { RUN_NAME_TAG, type Run, type RunHandle, type RunInfo } from "../model/runs.ts";
import { joinUri } from "../model/uris.ts";
import type { LifecycleStage, Page, Tag, Timestamp } from "../model/values.ts";
import type { RunReader } from "../ports/runs.ts";
import type { OperationContext } from "./context.ts";
import { requireActiveExperiment } from "./experiments.ts";

export interface NewRun {
  experimentId: number;
  userId: string;
  /** Where it is missing or empty, the tag `mlflow.runName` names the run; where that is missing too, the server does. */
  name?: string;
  startTime: Timestamp;
  tags: readonly Tag[];
}

/**
 * Starts a run in an active experiment. Its artifacts go to `<artifact location of the experiment>/<run id>/artifacts`. Where a tag
 * comes twice, the last one counts. Throws `notFound`, `wrongState`, and `invalidValue` where name and tag disagree.
 */
export function createRun(context: OperationContext, input: NewRun): Promise<Run> {
  const now = context.clock.now();
  const name = chooseName(input);
  const tags = lastOfEachKey([
    ...input.tags.filter(({ key }) => key !== RUN_NAME_TAG),
    { key: RUN_NAME_TAG, value: name },
  ]);
  return context.store.transact(async ({ experiments, runs, events }) => {
    const experiment = await requireActiveExperiment(experiments, input.experimentId);
    const runId = newHexId();
    const info: RunInfo = {
      runId,
      name,
      experimentId: experiment.id,
      userId: input.userId,
      status: "RUNNING",
      startTime: input.startTime,
      artifactUri: joinUri(experiment.artifactLocation, `${runId}/artifacts`),
      lifecycleStage: "active",
    };
    const handle = await runs.insertRun(info);
    await runs.setRunTags(handle, tags);
    await events.appendEvent({ kind: "run.created", runId, experimentId: experiment.id }, now);
    return { info, metrics: [], params: [], tags, datasetInputs: [], modelInputs: [], modelOutputs: [] };
  });
}

function chooseName({ name, tags }: NewRun): string {
  const tag = tags.findLast(({ key }) => key === RUN_NAME_TAG)?.value;
  if (name && tag && name !== tag) {
    throw new CoreError("invalidValue", {
      field: "run_name",
      reason: `Both 'run_name' argument and 'mlflow.runName' tag are specified, but with different values (run_name='${name}', mlflow.runName='${tag}').`,
    });
  }
  return name || tag || randomName();
}

/** A run with everything that was logged to it, deleted ones too. Throws `notFound`. */
export function getRun(context: OperationContext, runId: string): Promise<Run> {
  return context.store.read(async ({ runs }) => found(await runs.getRun(runId), unknownRun(runId)));
}

export function searchRuns(
  context: OperationContext,
  query: ListQuery & { experimentIds: readonly number[]; view: ViewType },
): Promise<Page<Run>> {
  return context.store.read(({ runs }) => runs.searchRuns(query));
}

/** Changes what is given of an active run; an empty name changes nothing. Throws `notFound`, `wrongState`. */
export function updateRun(
  context: OperationContext,
  runId: string,
  { name, ...changes }: Partial<Pick<RunInfo, "status" | "endTime" | "name">>,
): Promise<RunInfo> {
  const now = context.clock.now();
  return context.store.transact(async ({ runs, events }) => {
    const handle = await requireActiveRun(runs, runId);
    await runs.updateRun(handle, { ...changes, ...(name && { name }) }, now);
    if (name) await runs.setRunTags(handle, [{ key: RUN_NAME_TAG, value: name }]);
    const info = found(await runs.getRunInfo(runId), unknownRun(runId));
    await events.appendEvent({ kind: "run.updated", runId, status: info.status }, now);
    return info;
  });
}

/** Deletes a run softly. One that is deleted already stays as it is. Throws `notFound`. */
export function deleteRun(context: OperationContext, runId: string): Promise<void> {
  return setLifecycleStage(context, runId, "deleted");
}

/** Brings a deleted run back. An active one stays as it is. Throws `notFound`. */
export function restoreRun(context: OperationContext, runId: string): Promise<void> {
  return setLifecycleStage(context, runId, "active");
}

function setLifecycleStage(context: OperationContext, runId: string, stage: LifecycleStage): Promise<void> {
  const now = context.clock.now();
  return context.store.transact(async ({ runs, events }) => {
    const handle = found(await runs.getRunHandle(runId), unknownRun(runId));
    if (handle.lifecycleStage === stage) return;
    await runs.setRunLifecycleStage(handle, stage, now);
    await events.appendEvent({ kind: stage === "deleted" ? "run.deleted" : "run.restored", runId }, now);
  });
}

/** The run, which must be active for what is about to be done with it. */
export async function requireActiveRun(runs: RunReader, runId: string): Promise<RunHandle> {
  const handle = found(await runs.getRunHandle(runId), unknownRun(runId));
  if (handle.lifecycleStage !== "active") {
    throw new CoreError("wrongState", { entity: "run", id: runId, required: "active", actual: handle.lifecycleStage });
  }
  return handle;
}

function unknownRun(runId: string) {
  return { entity: "run", by: "id", value: runId } as const;
}

/** Where a key comes more than once, its last tag, at the place of the first. */
export function lastOfEachKey(tags: readonly Tag[]): Tag[] {
  return [...new Map(tags.map((tag) => [tag.key, tag])).values()];
}
