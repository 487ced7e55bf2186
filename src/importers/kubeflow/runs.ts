import { RUN_NAME_TAG } from "../../core/model/runs.ts";
import { createRunRecord } from "../../core/ops/run-records.ts";
import { toNewRun } from "../../protocols/kubeflow/experiment-runs.ts";
import { experimentRunSchema } from "../../protocols/kubeflow/schema/experiment-run.ts";
import { type Copying, copyRecord } from "./copying.ts";
import { readItem } from "./items.ts";
import type { SourceItem } from "./source.ts";

export async function copyRuns(copying: Copying, items: readonly SourceItem[]): Promise<void> {
  const experiments = await copying.findCopies(
    "experiment",
    items.map(({ experimentId }) => ({ id: String(experimentId) })),
  );
  await copying.copyAll("experiment run", items, async (transfer) => {
    const { values, losses } = readItem(experimentRunSchema, transfer.item);
    const experiment = experiments.get(String(values.experimentId));
    if (experiment === undefined) throw copying.withoutParent("experiment", String(values.experimentId));
    const run = toNewRun(experiment.id, values);
    const create = (id: number) => createRunRecord(transfer.context, { ...run, id });
    const { id, differences } = await copyRecord("run", transfer, create);
    const otherName = run.properties.find(({ key, value }) => key === RUN_NAME_TAG && value !== run.name);
    if (otherName) differences.push(`its property ${RUN_NAME_TAG} is its name here, not "${otherName.value}"`);
    return { id, losses, differences };
  });
}
