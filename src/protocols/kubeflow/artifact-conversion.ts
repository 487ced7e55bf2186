import type { Asset } from "../../core/model/assets.ts";
import type { Int64 } from "../../core/model/values.ts";
import type { OperationContext } from "../../core/ops/context.ts";
import { downloadAddress } from "../../core/ops/download-addresses.ts";
import { type ApiVersion, v1 } from "./api-versions.ts";
import { toArtifactType } from "./wire/artifacts.ts";
import { toWireRecord } from "./wire/records.ts";

/**
 * An artifact as a version of the contract has it; what has no value is left out by JSON. So is the value of a metric that is not a
 * number, which JSON can't say. Files that only MLflow's clients could find are shown where any client can fetch them.
 */
export function toWireArtifact(
  context: Pick<OperationContext, "publicUrl">,
  version: ApiVersion,
  asset: Asset,
): object {
  const { kind, step, timestamp } = asset;
  return {
    artifactType: toArtifactType(kind),
    ...toWireRecord(asset),
    digest: asset.digest,
    ...(version !== v1 && { experimentId: toText(asset.experimentId), experimentRunId: toText(asset.runId) }),
    modelFormatName: asset.modelFormatName,
    modelFormatVersion: asset.modelFormatVersion,
    modelSourceClass: asset.modelSourceClass,
    modelSourceGroup: asset.modelSourceGroup,
    modelSourceId: asset.modelSourceId,
    modelSourceKind: asset.modelSourceKind,
    modelSourceName: asset.modelSourceName,
    parameterType: asset.valueType,
    profile: asset.profile,
    schema: asset.schema,
    serviceAccountName: asset.serviceAccountName,
    source: asset.source,
    sourceType: asset.sourceType,
    state: asset.state,
    step: version === v1 ? toText(step) : step,
    storageKey: asset.storageKey,
    storagePath: asset.storagePath,
    timestamp: toText(timestamp),
    uri: downloadAddress(context, asset) ?? asset.uri,
    value: kind === "parameter" ? asset.text : numberOf(asset),
  };
}

function numberOf({ value }: Asset): number | undefined {
  return Number.isNaN(value) ? undefined : value;
}

function toText(value: Int64 | undefined): string | undefined {
  return value === undefined ? undefined : String(value);
}
