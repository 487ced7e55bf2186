import { parseStage } from "../../core/model/model-versions.ts";
import { createModelVersionRecord } from "../../core/ops/model-version-records.ts";
import { requireRecord } from "../../core/ops/records.ts";
import type { Writer } from "../../core/ports/metadata-store.ts";
import { toNewVersion } from "../../protocols/kubeflow/model-versions.ts";
import { STAGE_PROPERTY } from "../../protocols/kubeflow/native-properties.ts";
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
  await copying.copyAll("model version", items, async (transfer) => {
    const { item, losses: stageLosses } = withKnownStage(transfer.item);
    const { values, losses } = readItem(modelVersionSchema, item);
    const model = models.get(String(values.registeredModelId));
    if (model === undefined) throw copying.withoutParent("registered model", String(values.registeredModelId));
    const version = { ...toNewVersion(values), modelId: model.id };
    const create = (id: number) => createModelVersionRecord(transfer.context, { ...version, id });
    const copied = await keepModelTime(transfer.writer, model.id, () => copyRecord("modelVersion", transfer, create));
    return { ...copied, losses: [...stageLosses, ...losses] };
  });
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
  const { [STAGE_PROPERTY]: stage, ...others } = (item.customProperties ?? {}) as Record<
    string,
    { string_value?: string }
  >;
  try {
    parseStage(stage?.string_value ?? "None");
    return { item, losses: [] };
  } catch {
    const part = `custom property "${STAGE_PROPERTY}"`;
    const reason = `${JSON.stringify(stage?.string_value)} is no stage`;
    const advice = "Set it again on the copy, to None, Staging, Production or Archived.";
    return { item: { ...item, customProperties: others }, losses: [{ part, reason, advice }] };
  }
}
