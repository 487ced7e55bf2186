import { IMPORTED_CLIENT_ID } from "../../core/model/stored-models.ts";
import type { Timestamp } from "../../core/model/values.ts";
import type { NewStoredModel } from "../../core/ops/new-stored-models.ts";
import type { Reader } from "../../core/ports/metadata-store.ts";
import type { SourceModel } from "./document.ts";

export interface ChosenNames {
  model: NewStoredModel;
  /** When the registered model that takes the version was changed last, where it is here already. */
  modelUpdateTime?: Timestamp;
}

/**
 * A version and an id that are free here: the earlier registry took both again and again. The version gets `.1`, `.2`, … behind it; of several
 * models with one id, those that come later have it as a property alone. Adds what it had to change to the differences of the source.
 */
export async function chooseNames(
  { records, registeredModels }: Pick<Reader, "records" | "registeredModels">,
  { model: { externalId, versionName, ...rest }, differences }: SourceModel,
): Promise<ChosenNames> {
  const model = await registeredModels.getRegisteredModel(rest.modelName);
  const version = versionName && (await freeVersion({ records }, model?.id, versionName));
  if (version !== versionName) {
    differences.push(
      `its version is ${JSON.stringify(version)} here, because the model has a version ${JSON.stringify(versionName)}`,
    );
  }
  const properties = [...(rest.properties ?? [])];
  const hasId = externalId !== undefined && (await records.findRecords("modelVersion", { externalId })).length === 0;
  if (externalId !== undefined && !hasId) {
    properties.push({ key: IMPORTED_CLIENT_ID, type: "string", value: externalId });
    differences.push(
      `its id ${JSON.stringify(externalId)} is that of another version too, which answers to it here: ask for this one by its _id`,
    );
  }
  return {
    model: { ...rest, properties, ...(version && { versionName: version }), ...(hasId && { externalId }) },
    ...(model && { modelUpdateTime: model.lastUpdateTime }),
  };
}

async function freeVersion(
  { records }: Pick<Reader, "records">,
  modelId: number | undefined,
  wanted: string,
): Promise<string> {
  if (modelId === undefined) return wanted;
  for (let name = wanted, suffix = 1; ; name = `${wanted}.${suffix++}`) {
    if ((await records.findRecords("modelVersion", { name, parentId: modelId })).length === 0) return name;
  }
}
