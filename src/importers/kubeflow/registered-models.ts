import type { ModelVersionRecord } from "../../core/model/records.ts";
import { findModelVersionRecord } from "../../core/ops/model-version-lookups.ts";
import { requireRecord } from "../../core/ops/records.ts";
import { createRegisteredModelRecord, updateRegisteredModelRecord } from "../../core/ops/registered-model-records.ts";
import type { RecordReader } from "../../core/ports/records.ts";
import { ALIAS_PREFIX, checkAlias, isAliasKey } from "../../protocols/kubeflow/native-properties.ts";
import { toNewRegisteredModel } from "../../protocols/kubeflow/registered-models.ts";
import { registeredModelSchema } from "../../protocols/kubeflow/schema/registered-model.ts";
import { NotCopied } from "../problems.ts";
import { type Copying, copyRecord } from "./copying.ts";
import { readItem } from "./items.ts";
import type { SourceItem } from "./source.ts";

/** Copies models without their aliases, which come when their versions are here. */
export function copyRegisteredModels(copying: Copying, items: readonly SourceItem[]): Promise<void> {
  return copying.copyAll("registered model", items, async (transfer) => {
    const { values, losses } = readItem(registeredModelSchema, withoutAliases(transfer.item));
    const model = toNewRegisteredModel(values);
    const create = (id: number) => createRegisteredModelRecord(transfer.context, { ...model, id });
    return { ...(await copyRecord("registeredModel", transfer, create)), losses };
  });
}

/** An alias of a model, as a thing of its own. */
export interface AliasItem extends SourceItem {
  readonly name: string;
  readonly modelId: string;
  /** As the property says it: the name of the version, or its number. */
  readonly version: string;
}

/** The properties of a model that are aliases. */
export function aliasesOf({ id: modelId, customProperties, createTimeSinceEpoch }: SourceItem): AliasItem[] {
  return Object.entries(customProperties ?? {}).flatMap(([key, value]) => {
    if (!isAliasKey(key)) return [];
    const name = key.slice(ALIAS_PREFIX.length);
    const version = String((value as { string_value?: unknown }).string_value ?? "");
    return [{ id: `${modelId}@${name}`, name, modelId, version, createTimeSinceEpoch }];
  });
}

export async function copyAliases(copying: Copying, items: readonly AliasItem[]): Promise<void> {
  const models = await copying.findCopies(
    "registered model",
    items.map(({ modelId }) => ({ id: modelId })),
  );
  await copying.copyAll("alias", items, async ({ item, context, writer: { records } }) => {
    const { name, modelId, version: named } = item as AliasItem;
    const alias = checkAlias(name);
    const copy = models.get(modelId);
    if (copy === undefined) throw copying.withoutParent("registered model", modelId);
    const { aliases, lastUpdateTime } = await requireRecord(records, "registeredModel", copy.id);
    const version = await requireVersion(records, copy.id, named);
    const others = aliases.filter((each) => each.alias !== alias);
    await updateRegisteredModelRecord(context, copy.id, { aliases: [...others, { alias, version: version.number }] });
    await records.updateRecord("registeredModel", copy.id, { lastUpdateTime });
    return { id: version.id };
  });
}

function withoutAliases(item: SourceItem): SourceItem {
  const properties = Object.entries(item.customProperties ?? {}).filter(([key]) => !isAliasKey(key));
  return { ...item, customProperties: Object.fromEntries(properties) };
}

async function requireVersion(records: RecordReader, parentId: number, name: string): Promise<ModelVersionRecord> {
  const [version] = await records.findRecords("modelVersion", { name, parentId });
  const found =
    version ?? (/^\d{1,9}$/.test(name) ? await findModelVersionRecord(records, parentId, Number(name)) : undefined);
  if (found?.state === "active") return found;
  throw new NotCopied({
    reason: `the model has no version ${JSON.stringify(name)} that is not archived`,
    advice: "Set the alias again, on a version that the model has.",
  });
}
