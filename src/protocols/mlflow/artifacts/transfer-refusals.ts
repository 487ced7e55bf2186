import { CoreError } from "../../../core/errors.ts";
import { parseArtifactDirectory } from "../../../core/model/artifact-paths.ts";
import type { OperationContext } from "../../../core/ops/context.ts";
import { invalidParameter } from "../errors.ts";

/** Clients fall back to the proxy when they read this sentence. The path is looked at first, as upstream. */
export function requireMultipart(context: OperationContext, transfer: "upload" | "download", path: string): void {
  parseArtifactDirectory(path);
  if (context.directTransfers !== undefined) return;
  const reason = `Multipart ${transfer} is not supported for the current artifact repository`;
  throw new CoreError("unsupported", { reason });
}

export function refuseProxiedStorage(beginning: string, needed: string): Error {
  return invalidParameter(
    `Presigned ${beginning} proxied artifact storage (artifact URI scheme: mlflow-artifacts). ` +
      `This endpoint requires ${needed} direct cloud storage artifact URI.`,
  );
}
