import { DEFAULT_EXPERIMENT_ID } from "../../core/model/experiments.ts";
import type { ExperimentRecord } from "../../core/model/records.ts";
import {
  createExperimentRecord,
  type NewExperimentRecord,
  updateExperimentRecord,
} from "../../core/ops/experiment-records.ts";
import { toNewExperiment } from "../../protocols/kubeflow/experiments.ts";
import { experimentSchema } from "../../protocols/kubeflow/schema/experiment.ts";
import { type Copied, type Copying, copyRecord, type Transfer } from "./copying.ts";
import { readItem, readTimes } from "./items.ts";
import type { SourceItem } from "./source.ts";

export function copyExperiments(copying: Copying, items: readonly SourceItem[]): Promise<void> {
  return copying.copyAll("experiment", items, async (transfer) => {
    const { values, losses } = readItem(experimentSchema, transfer.item);
    const experiment = toNewExperiment(values);
    const standing = await transfer.writer.records.getRecord("experiment", DEFAULT_EXPERIMENT_ID);
    if (standing?.name === experiment.name) return joinDefault(transfer, standing, experiment);
    const create = (id: number) => createExperimentRecord(transfer.context, { ...experiment, id });
    return { ...(await copyRecord("experiment", transfer, create)), losses };
  });
}

/**
 * Every registry has the experiment `Default`, with the number that MLflow's clients fall back to: the one of the source becomes it. It
 * stays active, and one that has been changed here stays as it is.
 */
async function joinDefault(
  { context, writer, item }: Transfer,
  standing: ExperimentRecord,
  { name, state: _state, ...changes }: NewExperimentRecord,
): Promise<Copied> {
  const id = standing.id;
  const difference = `its id is ${id} here: it is the experiment ${name} that every registry has`;
  const differences = item.id === String(id) ? [] : [difference];
  if (standing.lastUpdateTime !== standing.creationTime || standing.properties.length > 0) {
    const reason = `the experiment ${name} here has its own`;
    return {
      id,
      differences,
      losses: [{ part: "description and properties", reason, advice: "Set there what you need." }],
    };
  }
  await updateExperimentRecord(context, id, changes);
  await writer.records.updateRecord("experiment", id, readTimes(item));
  return { id, differences };
}
