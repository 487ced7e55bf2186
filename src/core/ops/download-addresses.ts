import type { Asset } from "../model/assets.ts";
import { modelFileName } from "../model/stored-model-names.ts";
import type { OperationContext } from "./context.ts";

/** Sources that name files of this registry, which only MLflow's clients can follow. */
const FOLLOWED_BY_MLFLOW = /^(?:mlflow-artifacts:\/|models:\/+m-)/;

/**
 * Where a client without MLflow fetches the files of a version that MLflow has registered: as an archive, from this server's public address.
 * Undefined where the asset says itself where its files are, or where the server does not know its address.
 */
export function downloadAddress(
  { publicUrl }: Pick<OperationContext, "publicUrl">,
  { origin, versionId, name, uri }: Asset,
): string | undefined {
  if (publicUrl === undefined || origin !== "version source" || !FOLLOWED_BY_MLFLOW.test(uri ?? "")) return undefined;
  return `${publicUrl}/api/v1/models/${versionId}/archive/${encodeURIComponent(modelFileName(name, "tar"))}`;
}

/** What is sent back as `downloadAddress` has shown it has not changed. */
export function withoutDownloadAddress<Changes extends { uri?: string }>(
  context: Pick<OperationContext, "publicUrl">,
  asset: Asset,
  changes: Changes,
): Changes {
  if (changes.uri === undefined || changes.uri !== downloadAddress(context, asset)) return changes;
  const { uri: _uri, ...rest } = changes;
  return rest as Changes;
}
