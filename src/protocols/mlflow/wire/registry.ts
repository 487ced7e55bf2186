import type { ModelVersion } from "../../../core/model/model-versions.ts";
import type { Tag } from "../../../core/model/values.ts";
import type { RegisteredModelWithLatest } from "../../../core/ops/registered-models.ts";
import { message, optional, string } from "./types.ts";

/** A tag in a request. A key that is missing is an empty one, which validation refuses. */
export const tag = message({ key: optional(string()), value: optional(string()) });

export function toCoreTag({ key = "", value = "" }: { key?: string; value?: string }): Tag {
  return { key, value };
}

/** MLflow's `RegisteredModel`; what is empty is left out. */
export function toWireRegisteredModel({ model, latestVersions }: RegisteredModelWithLatest) {
  return {
    name: model.name,
    creation_timestamp: model.creationTime,
    last_updated_timestamp: model.lastUpdateTime,
    ...(model.description && { description: model.description }),
    ...(latestVersions.length > 0 && { latest_versions: latestVersions.map(toWireModelVersion) }),
    ...(model.tags.length > 0 && { tags: model.tags }),
    ...(model.aliases.length > 0 && {
      aliases: model.aliases.map(({ alias, version }) => ({ alias, version: String(version) })),
    }),
  };
}

/** MLflow's `ModelVersion` as lists show it: without its aliases. Texts that were never given are empty, not absent. */
export function toWireModelVersion(version: ModelVersion) {
  return {
    name: version.modelName,
    version: String(version.number),
    creation_timestamp: version.creationTime,
    last_updated_timestamp: version.lastUpdateTime,
    ...(version.userId !== undefined && { user_id: version.userId }),
    current_stage: version.stage,
    ...(version.description !== undefined && { description: version.description }),
    source: version.source ?? "",
    run_id: version.runId ?? "",
    status: version.status,
    ...(version.statusMessage !== undefined && { status_message: version.statusMessage }),
    ...(version.tags.length > 0 && { tags: version.tags }),
    run_link: version.runLink ?? "",
    // Upstream forgets it: clients use it to follow a version to its logged model.
    ...(version.loggedModelId !== undefined && { model_id: version.loggedModelId }),
  };
}

/** MLflow's `ModelVersion` where a single one is shown. */
export function toWireModelVersionWithAliases(version: ModelVersion) {
  return { ...toWireModelVersion(version), ...(version.aliases.length > 0 && { aliases: version.aliases }) };
}
