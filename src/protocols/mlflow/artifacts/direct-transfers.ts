import { joinArtifactPath, parseArtifactDirectory, parseArtifactPath } from "../../../core/model/artifact-paths.ts";
import { getLoggedModelArtifactLocation, getRunArtifactLocation } from "../../../core/ops/artifact-locations.ts";
import type { OperationContext } from "../../../core/ops/context.ts";
import {
  abortPartsUpload,
  completePartsUpload,
  signArtifactDownload,
  startBodyUpload,
  startPartsUpload,
} from "../../../core/ops/direct-uploads.ts";
import type { SignedRequest } from "../../../core/ports/direct-transfers.ts";
import { baseUrl } from "../../base-url.ts";
import { contentHeaders } from "../../content-headers.ts";
import type { Route, RouteCall } from "../../route.ts";
import { invalidParameter } from "../errors.ts";
import { operation } from "../operation.ts";
import { int64, list, message, optional, string } from "../wire/types.ts";
import { refuseProxiedStorage, requireMultipart } from "./transfer-refusals.ts";

/** Longest life of a signed URL that cloud stores grant, in seconds: seven days. */
const LONGEST_EXPIRATION = 604_800;

/** Life of a signed URL where the client says nothing, in seconds, as upstream. */
const UPLOAD_EXPIRATION = 900;
const DOWNLOAD_EXPIRATION = 300;

const part = message({ part_number: optional(int64()), etag: optional(string()), url: optional(string()) });

/** Transfers between clients and the place where the bytes are kept, by signed URLs. */
export const directTransferRoutes: readonly Route[] = [
  ...operation({
    name: "createMultipartUpload",
    methods: ["POST"],
    path: "/mlflow-artifacts/mpu/create/*",
    request: message({ "*": string(), path: string(), num_parts: optional(int64()) }),
    permission: "artifact:write",
    async handle(context, request, call) {
      requireMultipart(context, "upload", request["*"]);
      const { id, requests } = await startPartsUpload(context, placeOf(request), Number(request.num_parts ?? 0));
      return {
        upload_id: id,
        credentials: requests.map((signed, index) => ({ part_number: index + 1, ...toWire(context, call, signed) })),
      };
    },
  }),
  ...operation({
    name: "completeMultipartUpload",
    methods: ["POST"],
    path: "/mlflow-artifacts/mpu/complete/*",
    request: message({ "*": string(), path: string(), upload_id: optional(string()), parts: list(part) }),
    permission: "artifact:write",
    async handle(context, request) {
      requireMultipart(context, "upload", request["*"]);
      const parts = request.parts.map(({ part_number, etag = "" }) => ({ number: Number(part_number ?? 0), etag }));
      await completePartsUpload(context, placeOf(request), request.upload_id ?? "", parts);
      return {};
    },
  }),
  ...operation({
    name: "abortMultipartUpload",
    methods: ["POST"],
    path: "/mlflow-artifacts/mpu/abort/*",
    request: message({ "*": string(), path: string(), upload_id: optional(string()) }),
    permission: "artifact:write",
    async handle(context, request) {
      requireMultipart(context, "upload", request["*"]);
      await abortPartsUpload(context, placeOf(request), request.upload_id ?? "");
      return {};
    },
  }),
  ...operation({
    name: "getPresignedDownloadUrl",
    methods: ["GET"],
    path: "/mlflow-artifacts/presigned/*",
    request: message({ "*": string() }),
    permission: "artifact:read",
    async handle(context, request, call) {
      requireMultipart(context, "download", request["*"]);
      const signed = await signDownload(context, call, parseArtifactPath(request["*"]), DOWNLOAD_EXPIRATION);
      return { url: signed.url, headers: signed.headers, file_size: signed.size };
    },
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
    async handle(context, { run_id, model_id, path, expiration }, call) {
      if (!run_id === !model_id) throw invalidParameter("Exactly one of run_id and model_id must be provided.");
      const file = parseArtifactPath(path);
      const seconds = parseExpiration(expiration, UPLOAD_EXPIRATION);
      const { directory } = run_id
        ? await getRunArtifactLocation(context, run_id)
        : await getLoggedModelArtifactLocation(context, model_id ?? "");
      if (context.directTransfers === undefined) throw refuseProxiedStorage("upload is not supported for", "a");
      const signed = await startBodyUpload(context, joinArtifactPath(directory, file), seconds);
      return toWirePresigned(toWire(context, call, signed));
    },
  }),
  ...operation({
    name: "createPresignedDownloadUrl",
    methods: ["POST"],
    path: "/mlflow/artifacts/presigned-download-url",
    request: message({ run_id: string(), path: string(), expiration: optional(int64()) }),
    permission: "artifact:read",
    async handle(context, { run_id, path, expiration }, call) {
      const file = parseArtifactPath(path);
      const seconds = parseExpiration(expiration, DOWNLOAD_EXPIRATION);
      const { directory } = await getRunArtifactLocation(context, run_id);
      if (context.directTransfers === undefined) {
        throw refuseProxiedStorage("download is not supported for runs with", "a run with a");
      }
      const signed = await signDownload(context, call, joinArtifactPath(directory, file), seconds);
      return { ...toWirePresigned(signed), file_size: signed.size };
    },
  }),
];

type WireRequest = { url: string; headers: SignedRequest["headers"] };

/** The directory is in the URL; of `path`, which is the client's own, the name counts alone. */
function placeOf(request: { "*": string; path: string }): string {
  const name = request.path.slice(request.path.lastIndexOf("/") + 1);
  return joinArtifactPath(parseArtifactDirectory(request["*"]), parseArtifactPath(name));
}

async function signDownload(context: OperationContext, call: RouteCall, path: string, seconds: number) {
  const { "content-type": contentType, "content-disposition": contentDisposition } = contentHeaders(path);
  const headers = { ...(contentType && { contentType }), ...(contentDisposition && { contentDisposition }) };
  const { file, request } = await signArtifactDownload(context, path, seconds, headers);
  return { ...toWire(context, call, request), size: file.size };
}

/** The server's own requests are signed by path: who calls it knows its address. */
function toWire(context: OperationContext, call: RouteCall, { url, headers }: SignedRequest): WireRequest {
  return { url: url.startsWith("/") ? `${baseUrl(context, call)}${url}` : url, headers };
}

function toWirePresigned({ url, headers }: WireRequest) {
  return { presigned_url: url, headers };
}

function parseExpiration(expiration: number | bigint | undefined, otherwise: number): number {
  const seconds = Number(expiration ?? otherwise);
  if (seconds >= 1 && seconds <= LONGEST_EXPIRATION) return seconds;
  throw invalidParameter(`expiration must be between 1 and ${LONGEST_EXPIRATION} seconds (got ${expiration}).`);
}
