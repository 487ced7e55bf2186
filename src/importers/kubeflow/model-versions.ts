import { parseStage } from "../../core/model/model-versions.ts";
import type { RunRecord } from "../../core/model/records.ts";
import { createModelVersionRecord } from "../../core/ops/model-version-records.ts";
import { requireRecord } from "../../core/ops/records.ts";
import type { Import } from "../../core/ports/imports.ts";
import type { Writer } from "../../core/ports/metadata-store.ts";
import { toNewVersion } from "../../protocols/kubeflow/model-versions.ts";
import { RUN_ID_PROPERTY, STAGE_PROPERTY } from "../../protocols/kubeflow/native-properties.ts";
import { modelVersionSchema } from "../../protocols/kubeflow/schema/model-version.ts";
import { type Copying, copyRecord } from "./copying.ts";
import { type Loss, readItem } from "./items.ts";
import type { SourceItem } from "./source.ts";

/** Versions get their numbers in the order of the items; the name stays as it is. */
export async function copyModelVersions(copying: Copying, items: readonly SourceItem[]): Promise<void> {
  const models = await copying.findCopies(
    "registered model",
    items.map(({ registeredModelId }) => ({ id: String(registeredModelId) })),
  );
  const runs = await copying.findCopies(
    "experiment run",
    items.map((item) => ({ id: propertyOf(item, RUN_ID_PROPERTY) ?? "" })),
  );
  await copying.copyAll("model version", items, async (transfer) => {
    const { item, losses: stageLosses } = withKnownStage(transfer.item);
    const { values, losses } = readItem(modelVersionSchema, item);
    const model = models.get(String(values.registeredModelId));
    if (model === undefined) throw copying.withoutParent("registered model", String(values.registeredModelId));
    const run = await findRun(transfer.writer, runs.get(propertyOf(item, RUN_ID_PROPERTY) ?? ""));
    const version = { ...toNewVersion(values), modelId: model.id, ...(run && { runId: run.runId }) };
    const create = (id: number) => createModelVersionRecord(transfer.context, { ...version, id });
    const copied = await keepModelTime(transfer.writer, model.id, () => copyRecord("modelVersion", transfer, create));
    if (run) copied.differences.push(`its ${RUN_ID_PROPERTY} is ${run.runId} here, the id of the same run for MLflow`);
    return { ...copied, losses: [...stageLosses, ...losses] };
  });
}

/** The run that a version names by the number that it has at the source. */
async function findRun({ records }: Writer, copy: Import | undefined): Promise<RunRecord | undefined> {
  return copy && records.getRecord("run", copy.id);
}

/** The text of a custom property. */
function propertyOf({ customProperties }: SourceItem, key: string): string | undefined {
  const properties = (customProperties ?? {}) as Record<string, { string_value?: string }>;
  return properties[key]?.string_value;
}

/** A model that gets a version has changed, but not one that gets what it had already. */
async function keepModelTime<T>({ records }: Writer, modelId: number, work: () => Promise<T>): Promise<T> {
  const { lastUpdateTime } = await requireRecord(records, "registeredModel", modelId);
  const result = await work();
  await records.updateRecord("registeredModel", modelId, { lastUpdateTime });
  return result;
}

/** Leaves out a stage that MLflow does not know. */
function withKnownStage(item: SourceItem): { item: SourceItem; losses: Loss[] } {
  const stage = propertyOf(item, STAGE_PROPERTY) ?? "None";
  try {
    parseStage(stage);
    return { item, losses: [] };
  } catch {
    const { [STAGE_PROPERTY]: _stage, ...others } = item.customProperties as Record<string, unknown>;
    const part = `custom property "${STAGE_PROPERTY}"`;
    const reason = `${JSON.stringify(stage)} is no stage`;
    const advice = "Set it again on the copy, to None, Staging, Production or Archived.";
    return { item: { ...item, customProperties: others }, losses: [{ part, reason, advice }] };
  }
}
