import { CoreError, type ValueChange } from "../errors.ts";
import {
  LOGGED_MODELS_TAG,
  type LoggedMetric,
  type ModelMetric,
  type Param,
  RUN_NAME_TAG,
  type RunHandle,
} from "../model/runs.ts";
import type { Tag } from "../model/values.ts";
import type { Writer } from "../ports/metadata-store.ts";
import type { RunWriter } from "../ports/runs.ts";
import type { OperationContext } from "./context.ts";
import { lastOfEachKey, requireActiveRun } from "./runs.ts";

/** What can be logged at once. No two params may have the same key; where a tag comes twice, the last one counts. */
export interface RunData {
  metrics: readonly LoggedMetric[];
  params: readonly Param[];
  tags: readonly Tag[];
}

const NOTHING: RunData = { metrics: [], params: [], tags: [] };

/** Adds one point to an active run. Throws `notFound` for the run or the model that the point names, and `wrongState`. */
export function logMetric(context: OperationContext, runId: string, metric: LoggedMetric): Promise<void> {
  return logData(context, runId, { ...NOTHING, metrics: [metric] }, false);
}

/** Writes a param once: the same value again changes nothing. Throws `notFound`, `wrongState`, `immutable`. */
export function logParam(context: OperationContext, runId: string, param: Param): Promise<void> {
  return logData(context, runId, { ...NOTHING, params: [param] }, false);
}

/** Sets a tag of an active run. Throws `notFound`, `wrongState`. */
export function setTag(context: OperationContext, runId: string, tag: Tag): Promise<void> {
  return logData(context, runId, { ...NOTHING, tags: [tag] }, false);
}

/** Logs all of it or nothing. Throws `notFound`, `wrongState`, `immutable`. */
export function logBatch(context: OperationContext, runId: string, data: RunData): Promise<void> {
  return logData(context, runId, data, true);
}

function logData(context: OperationContext, runId: string, data: RunData, batch: boolean): Promise<void> {
  const now = context.clock.now();
  return context.store.transact(async ({ runs, events }) => {
    const run = await requireActiveRun(runs, runId);
    if (data.params.length > 0) await logParams(runs, run, data.params, batch);
    if (data.metrics.length > 0) await logMetrics(runs, run, data.metrics);
    if (data.tags.length > 0) await setTags(runs, run, data.tags, now);
    const counts = { metrics: data.metrics.length, params: data.params.length, tags: data.tags.length };
    await events.appendEvent({ kind: "run.data-logged", runId, ...counts }, now);
  });
}

async function logParams(runs: RunWriter, run: RunHandle, params: readonly Param[], batch: boolean): Promise<void> {
  if ((await runs.insertParams(run, params)) === params.length) return;
  const stored = await runs.getParams(
    run,
    params.map(({ key }) => key),
  );
  const changes = params.flatMap(({ key, value }): ValueChange[] => {
    const oldValue = stored.get(key);
    return oldValue === undefined || oldValue === value ? [] : [{ key, oldValue, newValue: value }];
  });
  if (changes.length > 0) throw new CoreError("immutable", { entity: "param", owner: run.runId, changes, batch });
}

async function logMetrics(runs: RunWriter, run: RunHandle, metrics: readonly LoggedMetric[]): Promise<void> {
  const finite = metrics.map((metric) => ({ ...metric, value: clamp(metric.value) }));
  await runs.logMetrics(run, finite);
  const ofModels = finite.filter((metric): metric is ModelMetric => metric.modelId !== undefined);
  if (ofModels.length === 0) return;
  const [unknown] = await runs.logModelMetrics(run, ofModels);
  if (unknown !== undefined) throw new CoreError("notFound", { entity: "logged model", by: "id", value: unknown });
}

/** Infinities become the largest doubles, as upstream keeps them and gives them back. */
function clamp(value: number): number {
  if (value === Number.POSITIVE_INFINITY) return Number.MAX_VALUE;
  return value === Number.NEGATIVE_INFINITY ? -Number.MAX_VALUE : value;
}

/** The tag that names the run renames it; an empty name changes nothing. */
async function setTags(runs: RunWriter, run: RunHandle, tags: readonly Tag[], now: number): Promise<void> {
  const last = lastOfEachKey(tags.filter(({ key, value }) => key !== RUN_NAME_TAG || value !== ""));
  await runs.setRunTags(run, last);
  const name = last.find(({ key }) => key === RUN_NAME_TAG)?.value;
  if (name !== undefined) await runs.updateRun(run, { name }, now);
}

/** Deletes a tag of an active run. Throws `notFound` for the run or the tag, and `wrongState`. */
export function deleteTag(context: OperationContext, runId: string, key: string): Promise<void> {
  const now = context.clock.now();
  return context.store.transact(async ({ runs, events }) => {
    const run = await requireActiveRun(runs, runId);
    if (!(await runs.deleteRunTag(run, key))) {
      throw new CoreError("notFound", { entity: "tag", by: "key", value: key, of: `run with id ${runId}` });
    }
    await events.appendEvent({ kind: "run.tag-deleted", runId, key }, now);
  });
}

/** Appends to the run's list of models in the tag `mlflow.log-model.history`. Throws `notFound`, `wrongState`, `invalidValue`. */
export function logModel(context: OperationContext, runId: string, model: object): Promise<void> {
  const now = context.clock.now();
  return context.store.transact(async ({ runs, events }: Writer) => {
    const run = await requireActiveRun(runs, runId);
    const history = parseHistory(await runs.getRunTag(run, LOGGED_MODELS_TAG));
    await runs.setRunTags(run, [{ key: LOGGED_MODELS_TAG, value: JSON.stringify([...history, model]) }]);
    await events.appendEvent({ kind: "run.data-logged", runId, metrics: 0, params: 0, tags: 1 }, now);
  });
}

function parseHistory(text: string | undefined): unknown[] {
  try {
    const history: unknown = JSON.parse(text ?? "[]");
    if (Array.isArray(history)) return history;
  } catch {
    // A client has set the tag to a text of its own.
  }
  throw new CoreError("invalidValue", {
    field: "run_id",
    reason: `The tag '${LOGGED_MODELS_TAG}' of the run is not a JSON list of models. Delete the tag, then log the model again.`,
  });
}
