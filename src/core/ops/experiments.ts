import { CoreError, found } from "../errors.ts";
import type { ListQuery, ViewType } from "../filter/query.ts";
import { DEFAULT_EXPERIMENT_ID, type Experiment } from "../model/experiments.ts";
import type { Page, Tag } from "../model/values.ts";
import type { ExperimentReader } from "../ports/experiments.ts";
import type { OperationContext } from "./context.ts";

/**
 * Makes an experiment and returns its id. Its artifacts go below `artifactLocation`, or `<artifact root>/<id>` where none is given.
 * The name must be free among active experiments: a deleted one does not hold it. Throws `alreadyExists`.
 */
export function createExperiment(
  context: OperationContext,
  input: { name: string; artifactLocation?: string; owner?: string; tags: readonly Tag[] },
): Promise<number> {
  const now = context.clock.now();
  return context.store.transact(async ({ experiments, events }) => {
    await requireFreeExperimentName(experiments, input.name);
    const id = await experiments.insertExperiment({
      name: input.name,
      artifactLocation: input.artifactLocation ?? "",
      lifecycleStage: "active",
      ...(input.owner !== undefined && { owner: input.owner }),
      creationTime: now,
      lastUpdateTime: now,
      tags: [...input.tags],
    });
    if (input.artifactLocation === undefined) {
      await experiments.updateExperiment(id, { artifactLocation: `${context.artifactRoot}/${id}` });
    }
    await events.appendEvent({ kind: "experiment.created", experimentId: id, name: input.name }, now);
    return id;
  });
}

/** Makes the experiment `Default`, unless there has ever been one. For the start of the server. */
export function createDefaultExperiment(context: OperationContext): Promise<void> {
  const now = context.clock.now();
  return context.store.transact(async ({ experiments, events }) => {
    if ((await experiments.getExperiment(DEFAULT_EXPERIMENT_ID)) !== undefined) return;
    const name = "Default";
    await experiments.insertExperiment(
      {
        name,
        artifactLocation: `${context.artifactRoot}/${DEFAULT_EXPERIMENT_ID}`,
        lifecycleStage: "active",
        creationTime: now,
        lastUpdateTime: now,
        tags: [],
      },
      DEFAULT_EXPERIMENT_ID,
    );
    await events.appendEvent({ kind: "experiment.created", experimentId: DEFAULT_EXPERIMENT_ID, name }, now);
  });
}

/** By id, deleted ones too. Throws `notFound`. */
export function getExperiment(context: OperationContext, id: number): Promise<Experiment> {
  return context.store.read(({ experiments }) => requireExperiment(experiments, id));
}

/** The active experiment of that name, else the one that was deleted last. Throws `notFound`. */
export function getExperimentByName(context: OperationContext, name: string): Promise<Experiment> {
  return context.store.read(async ({ experiments }) =>
    found(await experiments.getExperimentByName(name), { entity: "experiment", by: "name", value: name }),
  );
}

export function searchExperiments(
  context: OperationContext,
  query: ListQuery & { view: ViewType },
): Promise<Page<Experiment>> {
  return context.store.read(({ experiments }) => experiments.searchExperiments(query));
}

/** Renames an active experiment. Throws `notFound`, `wrongState`, `alreadyExists`. */
export function renameExperiment(context: OperationContext, id: number, name: string): Promise<void> {
  const now = context.clock.now();
  return context.store.transact(async ({ experiments, events }) => {
    const experiment = await requireActiveExperiment(experiments, id);
    if (experiment.name !== name) await requireFreeExperimentName(experiments, name);
    await experiments.updateExperiment(id, { name, lastUpdateTime: now });
    await events.appendEvent({ kind: "experiment.renamed", experimentId: id, name }, now);
  });
}

/** Deletes an active experiment softly, and its runs with it. Throws `notFound`, also where it is deleted already. */
export function deleteExperiment(context: OperationContext, id: number): Promise<void> {
  const now = context.clock.now();
  return context.store.transact(async ({ experiments, runs, events }) => {
    await requireStage(experiments, id, "active");
    await experiments.updateExperiment(id, { lifecycleStage: "deleted", lastUpdateTime: now });
    await runs.setLifecycleStageOfRuns(id, "deleted", now);
    await events.appendEvent({ kind: "experiment.deleted", experimentId: id }, now);
  });
}

/**
 * Brings a deleted experiment back, with all of its runs, as upstream does. Throws `notFound`, also where it is active, and
 * `alreadyExists` where another experiment has taken the name meanwhile.
 */
export function restoreExperiment(context: OperationContext, id: number): Promise<void> {
  const now = context.clock.now();
  return context.store.transact(async ({ experiments, runs, events }) => {
    const experiment = await requireStage(experiments, id, "deleted");
    await requireFreeExperimentName(experiments, experiment.name);
    await experiments.updateExperiment(id, { lifecycleStage: "active", lastUpdateTime: now });
    await runs.setLifecycleStageOfRuns(id, "active", now);
    await events.appendEvent({ kind: "experiment.restored", experimentId: id }, now);
  });
}

/** Sets a tag of an active experiment. Throws `notFound`, `wrongState`. */
export function setExperimentTag(context: OperationContext, id: number, { key, value }: Tag): Promise<void> {
  const now = context.clock.now();
  return context.store.transact(async ({ experiments, events }) => {
    await requireActiveExperiment(experiments, id);
    await experiments.setExperimentTag(id, key, value);
    await events.appendEvent({ kind: "experiment.tag-set", experimentId: id, key }, now);
  });
}

/** Deletes a tag of an active experiment. Throws `notFound` for the experiment or the tag, and `wrongState`. */
export function deleteExperimentTag(context: OperationContext, id: number, key: string): Promise<void> {
  const now = context.clock.now();
  return context.store.transact(async ({ experiments, events }) => {
    await requireActiveExperiment(experiments, id);
    if (!(await experiments.deleteExperimentTag(id, key))) {
      throw new CoreError("notFound", { entity: "tag", by: "key", value: key, of: `experiment with id ${id}` });
    }
    await events.appendEvent({ kind: "experiment.tag-deleted", experimentId: id, key }, now);
  });
}

export async function requireExperiment(experiments: ExperimentReader, id: number): Promise<Experiment> {
  return found(await experiments.getExperiment(id), { entity: "experiment", by: "id", value: String(id) });
}

/** The experiment, which must be active for what is about to be done with it. */
export async function requireActiveExperiment(experiments: ExperimentReader, id: number): Promise<Experiment> {
  const experiment = await requireExperiment(experiments, id);
  if (experiment.lifecycleStage !== "active") {
    throw new CoreError("wrongState", {
      entity: "experiment",
      id: String(id),
      required: "active",
      actual: experiment.lifecycleStage,
    });
  }
  return experiment;
}

async function requireStage(
  experiments: ExperimentReader,
  id: number,
  stage: Experiment["lifecycleStage"],
): Promise<Experiment> {
  const experiment = await requireExperiment(experiments, id);
  return found(experiment.lifecycleStage === stage ? experiment : undefined, {
    entity: "experiment",
    by: "id",
    value: String(id),
  });
}

/** Throws `alreadyExists` where an active experiment has the name: a deleted one does not hold it. */
export async function requireFreeExperimentName(experiments: ExperimentReader, name: string): Promise<void> {
  const holder = await experiments.getExperimentByName(name);
  if (holder?.lifecycleStage === "active") throw new CoreError("alreadyExists", { entity: "experiment", name });
}
