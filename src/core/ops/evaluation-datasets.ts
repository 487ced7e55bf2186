import { found } from "../errors.ts";
import type { ListQuery } from "../filter/query.ts";
import { sha256 } from "../hashing.ts";
import { newHexId } from "../ids.ts";
import { type EvaluationDataset, USER_TAG } from "../model/evaluation-datasets.ts";
import type { Page, Tag } from "../model/values.ts";
import type { EvaluationDatasetHandle, EvaluationDatasetReader } from "../ports/evaluation-datasets.ts";
import type { Writer } from "../ports/metadata-store.ts";
import type { OperationContext } from "./context.ts";
import { requireExperiment } from "./experiments.ts";

/** A dataset with the experiments that it belongs to. */
export type DatasetOfExperiments = EvaluationDataset & { experimentIds: readonly number[] };

/** Makes an empty dataset; names need not be unique. Throws `notFound` for an experiment. */
export async function createDataset(
  context: OperationContext,
  input: { name: string; experimentIds: readonly number[]; tags: readonly Tag[] },
): Promise<DatasetOfExperiments> {
  const now = context.clock.now();
  const user = input.tags.find(({ key }) => key === USER_TAG)?.value;
  const dataset: EvaluationDataset = {
    datasetId: `d-${newHexId()}`,
    name: input.name,
    digest: await datasetDigest(input.name, now),
    recordCount: 0,
    creationTime: now,
    lastUpdateTime: now,
    ...(user !== undefined && { createdBy: user, lastUpdatedBy: user }),
    tags: [...input.tags],
  };
  const experimentIds = [...new Set(input.experimentIds)];
  await context.store.transact(async ({ evaluationDatasets, experiments, events }) => {
    for (const id of experimentIds) await requireExperiment(experiments, id);
    await evaluationDatasets.insertEvaluationDataset(dataset, experimentIds);
    const { datasetId, name } = dataset;
    await events.appendEvent({ kind: "evaluation-dataset.created", datasetId, name }, now);
  });
  return { ...dataset, experimentIds };
}

/** Throws `notFound`. */
export function getDataset(context: OperationContext, datasetId: string): Promise<EvaluationDataset> {
  return context.store.read(({ evaluationDatasets }) => requireDataset(evaluationDatasets, datasetId));
}

/** Deletes a dataset and its records for good. One that is not there stays away. */
export function deleteDataset(context: OperationContext, datasetId: string): Promise<void> {
  return changeWhereThere(context, datasetId, async ({ evaluationDatasets, events }, dataset) => {
    await evaluationDatasets.deleteEvaluationDataset(dataset);
    await events.appendEvent({ kind: "evaluation-dataset.deleted", datasetId }, context.clock.now());
  });
}

export function searchEvaluationDatasets(
  context: OperationContext,
  query: ListQuery & { experimentIds: readonly number[] },
): Promise<Page<EvaluationDataset>> {
  return context.store.read(({ evaluationDatasets }) => evaluationDatasets.searchEvaluationDatasets(query));
}

/** Sets tags and leaves the others as they are. Throws `notFound`. */
export function setDatasetTags(context: OperationContext, datasetId: string, tags: readonly Tag[]): Promise<void> {
  const now = context.clock.now();
  return context.store.transact(async ({ evaluationDatasets, events }) => {
    const dataset = await requireDataset(evaluationDatasets, datasetId);
    await evaluationDatasets.setDatasetTags(dataset, tags);
    await events.appendEvent({ kind: "evaluation-dataset.updated", datasetId }, now);
  });
}

/** A tag, or a dataset, that is not there stays away. */
export function deleteDatasetTag(context: OperationContext, datasetId: string, key: string): Promise<void> {
  return changeWhereThere(context, datasetId, async ({ evaluationDatasets, events }, dataset) => {
    if (!(await evaluationDatasets.deleteDatasetTag(dataset, key))) return;
    await events.appendEvent({ kind: "evaluation-dataset.updated", datasetId }, context.clock.now());
  });
}

/** None for a dataset that is not there. */
export function getDatasetExperimentIds(context: OperationContext, datasetId: string): Promise<number[]> {
  return context.store.read(async ({ evaluationDatasets }) => {
    const dataset = await evaluationDatasets.getEvaluationDataset(datasetId);
    return dataset ? evaluationDatasets.getDatasetExperimentIds(dataset) : [];
  });
}

/** Throws `notFound` for the dataset or an experiment. */
export function addDatasetToExperiments(
  context: OperationContext,
  datasetId: string,
  experimentIds: readonly number[],
): Promise<DatasetOfExperiments> {
  return changeExperiments(context, datasetId, async ({ evaluationDatasets, experiments }, dataset) => {
    for (const id of experimentIds) await requireExperiment(experiments, id);
    await evaluationDatasets.addDatasetToExperiments(dataset, experimentIds);
    return true;
  });
}

/** An experiment that the dataset does not belong to is left out of account. Throws `notFound` for the dataset. */
export function removeDatasetFromExperiments(
  context: OperationContext,
  datasetId: string,
  experimentIds: readonly number[],
): Promise<DatasetOfExperiments> {
  return changeExperiments(
    context,
    datasetId,
    async ({ evaluationDatasets }, dataset) =>
      (await evaluationDatasets.removeDatasetFromExperiments(dataset, experimentIds)) > 0,
  );
}

/** `change` says whether it changed anything. */
function changeExperiments(
  context: OperationContext,
  datasetId: string,
  change: (writer: Writer, dataset: EvaluationDatasetHandle) => Promise<boolean>,
): Promise<DatasetOfExperiments> {
  const now = context.clock.now();
  return context.store.transact(async (writer) => {
    const { evaluationDatasets, events } = writer;
    const dataset = await requireDataset(evaluationDatasets, datasetId);
    if (await change(writer, dataset)) {
      await evaluationDatasets.updateEvaluationDataset(dataset, { lastUpdateTime: now });
      await events.appendEvent({ kind: "evaluation-dataset.updated", datasetId }, now);
    }
    const changed = await requireDataset(evaluationDatasets, datasetId);
    return { ...changed, experimentIds: await evaluationDatasets.getDatasetExperimentIds(changed) };
  });
}

function changeWhereThere(
  context: OperationContext,
  datasetId: string,
  change: (writer: Writer, dataset: EvaluationDatasetHandle) => Promise<void>,
): Promise<void> {
  return context.store.transact(async (writer) => {
    const dataset = await writer.evaluationDatasets.getEvaluationDataset(datasetId);
    if (dataset !== undefined) await change(writer, dataset);
  });
}

export async function requireDataset(
  datasets: EvaluationDatasetReader,
  datasetId: string,
): Promise<EvaluationDatasetHandle> {
  const dataset = await datasets.getEvaluationDataset(datasetId);
  return found(dataset, { entity: "evaluation dataset", by: "id", value: datasetId });
}

/** Another one after every change: eight characters that stand for a name and a time in ms. */
export async function datasetDigest(name: string, time: number): Promise<string> {
  return (await sha256(`${name}:${time}`)).slice(0, 8);
}
