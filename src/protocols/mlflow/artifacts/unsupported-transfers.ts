import { CoreError } from "../../../core/errors.ts";
import { parseArtifactDirectory, parseArtifactPath } from "../../../core/model/artifact-paths.ts";
import { getLoggedModelArtifactLocation, getRunArtifactLocation } from "../../../core/ops/artifact-locations.ts";
import type { Route } from "../../route.ts";
import { invalidParameter } from "../errors.ts";
import { operation } from "../operation.ts";
import { int64, list, message, optional, string } from "../wire/types.ts";

/** Longest life of a signed URL that cloud stores grant, in seconds: seven days. */
const LONGEST_EXPIRATION = 604_800;

const part = message({ part_number: optional(int64()), etag: optional(string()), url: optional(string()) });

/**
 * Transfers that bypass the server: parts and files that a client sends to, or fetches from, a cloud store by signed URLs. Files in this
 * server's own folder have no such URL; `server-info` says so, and clients use the proxy, which streams.
 */
export const unsupportedTransferRoutes: readonly Route[] = [
  ...operation({
    name: "createMultipartUpload",
    methods: ["POST"],
    path: "/mlflow-artifacts/mpu/create/*",
    request: message({ "*": string(), path: string(), num_parts: optional(int64()) }),
    permission: "artifact:write",
    handle: async (_context, request) => refuseTransfer("Multipart upload", request["*"]),
  }),
  ...operation({
    name: "completeMultipartUpload",
    methods: ["POST"],
    path: "/mlflow-artifacts/mpu/complete/*",
    request: message({ "*": string(), path: string(), upload_id: optional(string()), parts: list(part) }),
    permission: "artifact:write",
    handle: async (_context, request) => refuseTransfer("Multipart upload", request["*"]),
  }),
  ...operation({
    name: "abortMultipartUpload",
    methods: ["POST"],
    path: "/mlflow-artifacts/mpu/abort/*",
    request: message({ "*": string(), path: string(), upload_id: optional(string()) }),
    permission: "artifact:write",
    handle: async (_context, request) => refuseTransfer("Multipart upload", request["*"]),
  }),
  ...operation({
    name: "getPresignedDownloadUrl",
    methods: ["GET"],
    path: "/mlflow-artifacts/presigned/*",
    request: message({ "*": string() }),
    permission: "artifact:read",
    handle: async (_context, request) => refuseTransfer("Multipart download", request["*"]),
  }),
  ...operation({
    name: "createPresignedUploadUrl",
    methods: ["POST"],
    path: "/mlflow/artifacts/presigned-upload-url",
    request: message({
      run_id: optional(string()),
      model_id: optional(string()),
      path: string(),
      expiration: optional(int64()),
    }),
    permission: "artifact:write",
    async handle(context, { run_id, model_id, path }) {
      if (!run_id === !model_id) throw invalidParameter("Exactly one of run_id and model_id must be provided.");
      parseArtifactPath(path);
      if (run_id) await getRunArtifactLocation(context, run_id);
      else await getLoggedModelArtifactLocation(context, model_id ?? "");
      throw proxiedStorage("upload is not supported for", "a");
    },
  }),
  ...operation({
    name: "createPresignedDownloadUrl",
    methods: ["POST"],
    path: "/mlflow/artifacts/presigned-download-url",
    request: message({ run_id: string(), path: string(), expiration: optional(int64()) }),
    permission: "artifact:read",
    async handle(context, { run_id, path, expiration }) {
      parseArtifactPath(path);
      if (expiration !== undefined && (expiration < 1 || expiration > LONGEST_EXPIRATION)) {
        throw invalidParameter(`expiration must be between 1 and ${LONGEST_EXPIRATION} seconds (got ${expiration}).`);
      }
      await getRunArtifactLocation(context, run_id);
      throw proxiedStorage("download is not supported for runs with", "a run with a");
    },
  }),
];

/** Clients fall back to the proxy when they read this sentence. */
function refuseTransfer(transfer: string, path: string): never {
  parseArtifactDirectory(path);
  throw new CoreError("unsupported", { reason: `${transfer} is not supported for the current artifact repository` });
}

function proxiedStorage(beginning: string, needed: string): Error {
  return invalidParameter(
    `Presigned ${beginning} proxied artifact storage (artifact URI scheme: mlflow-artifacts). ` +
      `This endpoint requires ${needed} direct cloud storage artifact URI.`,
  );
}
