import { CoreError, found } from "../errors.ts";
import type { ModelVersion } from "../model/model-versions.ts";
import type { Reader } from "../ports/metadata-store.ts";
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
