import { LOGGED } from "../model/assets.ts";
import type { Dataset, DatasetInput, DatasetSummary, ModelOutput } from "../model/runs.ts";
import type { OperationContext } from "./context.ts";
import { lastOfEachKey, requireActiveRun } from "./runs.ts";

/**
 * Links datasets and logged models that an active run reads. A dataset is one record for each (experiment, name, digest); what is
 * linked already stays as it is. Throws `notFound`, `wrongState`.
 */
export function logInputs(
  context: OperationContext,
  runId: string,
  input: { datasets: readonly DatasetInput[]; modelIds: readonly string[] },
): Promise<void> {
  const now = context.clock.now();
  const datasets = firstOfEachDataset(input.datasets);
  return context.store.transact(async ({ runs, events }) => {
    const run = await requireActiveRun(runs, runId);
    if (datasets.length > 0) await runs.logDatasetInputs(run, datasets, now, LOGGED.state);
    if (input.modelIds.length > 0) await runs.logModelInputs(run, input.modelIds);
    const counts = { datasets: datasets.length, models: input.modelIds.length };
    await events.appendEvent({ kind: "run.inputs-logged", runId, ...counts }, now);
  });
}

function firstOfEachDataset(inputs: readonly DatasetInput[]): DatasetInput[] {
  const first = new Map<string, DatasetInput>();
  for (const { dataset, tags } of inputs) {
    const id = identity(dataset);
    if (!first.has(id)) first.set(id, { dataset, tags: lastOfEachKey(tags) });
  }
  return [...first.values()];
}

function identity({ name, digest }: Dataset): string {
  return JSON.stringify([name, digest]);
}

/** Links logged models that an active run produced; what is linked already stays as it is. Throws `notFound`, `wrongState`. */
export function logOutputs(context: OperationContext, runId: string, models: readonly ModelOutput[]): Promise<void> {
  const now = context.clock.now();
  return context.store.transact(async ({ runs, events }) => {
    const run = await requireActiveRun(runs, runId);
    await runs.logModelOutputs(run, models);
    await events.appendEvent({ kind: "run.outputs-logged", runId, models: models.length }, now);
  });
}

/** The datasets that runs of these experiments have read, once for each context. */
export function searchDatasets(
  context: OperationContext,
  experimentIds: readonly number[],
  limit: number,
): Promise<DatasetSummary[]> {
  return context.store.read(({ runs }) => runs.searchDatasets(experimentIds, limit));
}
