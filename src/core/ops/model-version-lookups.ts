import { CoreError, found } from "../errors.ts";
import { equals } from "../filter/conditions.ts";
import type { ModelVersion } from "../model/model-versions.ts";
import type { ModelVersionRecord } from "../model/records.ts";
import type { Reader } from "../ports/metadata-store.ts";
import type { RecordReader } from "../ports/records.ts";
import { requireRegisteredModel } from "./registered-models.ts";

/** Alias that every model with a version has: its highest version. */
const LATEST = "latest";

/** Throws `notFound`. */
export async function requireModelVersion(
  { modelVersions }: Pick<Reader, "modelVersions">,
  name: string,
  number: number,
): Promise<ModelVersion> {
  return found(await modelVersions.getModelVersion(name, number), {
    entity: "model version",
    by: "number",
    value: String(number),
    of: name,
  });
}

/** A version of a model by number, in whichever state. */
export async function findModelVersionRecord(
  records: RecordReader,
  modelId: number,
  number: number,
): Promise<ModelVersionRecord | undefined> {
  const query = { parentId: modelId, filter: equals("number", number), order: [], limit: 1 };
  return (await records.listRecords("modelVersion", query)).items[0];
}

/** The version that an alias points to; `latest`, in any case, is the highest one. Throws `notFound` for the model or the alias. */
export async function requireModelVersionByAlias(
  { registeredModels, modelVersions }: Pick<Reader, "registeredModels" | "modelVersions">,
  name: string,
  alias: string,
): Promise<ModelVersion> {
  const isLatest = alias.toLowerCase() === LATEST;
  const version = isLatest
    ? await modelVersions.getHighestModelVersion(name)
    : await modelVersions.getModelVersionByAlias(name, alias);
  if (version) return version;
  await requireRegisteredModel(registeredModels, name);
  if (isLatest) throw new CoreError("notFound", { entity: "model version", by: "alias", value: LATEST, of: name });
  throw new CoreError("notFound", { entity: "alias", by: "name", value: alias, of: name });
}
