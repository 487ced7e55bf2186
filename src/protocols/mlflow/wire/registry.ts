import type { ModelVersion } from "../../../core/model/model-versions.ts";
import type { Tag } from "../../../core/model/values.ts";
import type { RegisteredModelWithLatest } from "../../../core/ops/registered-models.ts";
import { message, optional, string } from "./types.ts";

/** A tag in a request. A key that is missing is an empty one, which validation refuses. */
export const tag = message({ key: optional(string()), value: optional(string()) });

export function toCoreTag({ key = "", value = "" }: { key?: string; value?: string }): Tag {
  return { key, value };
}

/** A list as the wire has it: an empty one is left out, as JSON does with what is undefined. */
function unlessEmpty<T>(items: T[]): T[] | undefined {
  return items.length > 0 ? items : undefined;
}

/** MLflow's `RegisteredModel`; what is empty is left out. */
export function toWireRegisteredModel({ model, latestVersions }: RegisteredModelWithLatest) {
  return {
    name: model.name,
    creation_timestamp: model.creationTime,
    last_updated_timestamp: model.lastUpdateTime,
    user_id: model.owner,
    description: model.description || undefined,
    latest_versions: unlessEmpty(latestVersions.map(toWireModelVersion)),
    tags: unlessEmpty(model.tags),
    aliases: unlessEmpty(model.aliases.map(({ alias, version }) => ({ alias, version: String(version) }))),
  };
}

/** MLflow's `ModelVersion` as lists show it: without its aliases. Texts that were never given are empty, not absent. */
export function toWireModelVersion(version: ModelVersion) {
  return {
    name: version.modelName,
    version: String(version.number),
    creation_timestamp: version.creationTime,
    last_updated_timestamp: version.lastUpdateTime,
    user_id: version.userId,
    current_stage: version.stage,
    description: version.description,
    source: version.source ?? "",
    run_id: version.runId ?? "",
    status: version.status,
    status_message: version.statusMessage,
    tags: unlessEmpty(version.tags),
    run_link: version.runLink ?? "",
    // Upstream forgets it: clients use it to follow a version to its logged model.
    model_id: version.loggedModelId,
  };
}

/** MLflow's `ModelVersion` where a single one is shown. */
export function toWireModelVersionWithAliases(version: ModelVersion) {
  return { ...toWireModelVersion(version), aliases: unlessEmpty(version.aliases) };
}
