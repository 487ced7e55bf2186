import type { UploadState } from "../../../core/model/uploads.ts";
import type { OperationContext } from "../../../core/ops/context.ts";
import { deleteUpload } from "../../../core/ops/finished-uploads.ts";
import { appendToUpload, concatenateUploads, createUpload, getUpload } from "../../../core/ops/uploads.ts";
import type { Route, RouteAnswer, RouteCall } from "../../route.ts";
import { invalidValue, ProblemError } from "../errors.ts";
import {
  answeringTus,
  CAPABILITIES,
  emptyAnswer,
  locationOf,
  progressHeaders,
  stateHeaders,
  UPLOADS,
} from "./answers.ts";
import { readChecksum } from "./checksum.ts";
import {
  bringsBytes,
  readBytes,
  readConcatenation,
  readMetadata,
  readNewLength,
  requireBytes,
  requireVersion,
} from "./request-headers.ts";

const UPLOAD = `${UPLOADS}/:id`;

/** Uploads that can be interrupted and go on: tus 1.0.0. */
export const uploadRoutes: readonly Route[] = [
  route("getUploadCapabilities", "OPTIONS", UPLOADS, "public", capabilities),
  route("getUploadCapabilities", "OPTIONS", UPLOAD, "public", capabilities),
  route("createUpload", "POST", UPLOADS, "artifact:write", create),
  // The servers that clients' examples name have a slash at the end.
  route("createUpload", "POST", `${UPLOADS}/`, "artifact:write", create),
  route("getUpload", "HEAD", UPLOAD, "artifact:read", describe),
  route("appendToUpload", "PATCH", UPLOAD, "artifact:write", append),
  route("deleteUpload", "DELETE", UPLOAD, "artifact:write", remove),
  route("overrideUploadMethod", "POST", UPLOAD, "artifact:write", override),
];

function route(
  operation: string,
  method: Route["method"],
  path: string,
  permission: Route["permission"],
  handle: Route["handle"],
): Route {
  const body = method === "POST" || method === "PATCH" ? "streamed" : "none";
  return { operation, method, path, permission, body, runsOn: "main", handle: answeringTus(handle) };
}

async function capabilities(): Promise<RouteAnswer> {
  return emptyAnswer(204, CAPABILITIES);
}

async function create(context: OperationContext, call: RouteCall): Promise<RouteAnswer> {
  requireVersion(call.headers);
  const created = await createFrom(context, call);
  const upload = bringsBytes(call.headers) ? await appendFirst(context, call, created) : created;
  return emptyAnswer(201, { location: locationOf(upload.id), ...progressHeaders(upload) });
}

function createFrom(context: OperationContext, { headers }: RouteCall): Promise<UploadState> {
  const concatenation = readConcatenation(headers);
  const metadata = readMetadata(headers);
  if (concatenation.kind === "final") return concatenateUploads(context, { metadata, parts: concatenation.parts });
  const length = readNewLength(headers);
  const partial = concatenation.kind === "partial";
  return createUpload(context, { metadata, partial, ...(length !== undefined && { length }) });
}

/** Where the first bytes fail, nobody has heard of the upload yet. */
async function appendFirst(context: OperationContext, call: RouteCall, created: UploadState): Promise<UploadState> {
  try {
    return await appendFrom(context, call, created);
  } catch (error) {
    await deleteUpload(context, created.id);
    throw error;
  }
}

/** Clients and browsers may look without saying which version they speak. */
async function describe(context: OperationContext, { headers, parameters }: RouteCall): Promise<RouteAnswer> {
  if (headers["tus-resumable"] !== undefined) requireVersion(headers);
  return emptyAnswer(200, stateHeaders(await getUpload(context, idOf(parameters))));
}

async function append(context: OperationContext, call: RouteCall): Promise<RouteAnswer> {
  requireVersion(call.headers);
  requireBytes(call.headers);
  const offset = readBytes(call.headers, "Upload-Offset");
  if (offset === undefined)
    throw invalidValue("Upload-Offset", "Say with Upload-Offset at which byte these bytes begin.");
  return emptyAnswer(204, progressHeaders(await appendFrom(context, call, { id: idOf(call.parameters), offset })));
}

function appendFrom(
  context: OperationContext,
  { headers, stream }: RouteCall,
  { id, offset }: Pick<UploadState, "id" | "offset">,
): Promise<UploadState> {
  const length = readBytes(headers, "Upload-Length");
  const check = readChecksum(headers);
  return appendToUpload(context, id, {
    offset,
    source: stream ?? [],
    ...(length !== undefined && { length }),
    ...(check && { check }),
  });
}

async function remove(context: OperationContext, { headers, parameters }: RouteCall): Promise<RouteAnswer> {
  requireVersion(headers);
  await deleteUpload(context, idOf(parameters));
  return emptyAnswer(204);
}

/** For clients that can't send other methods than POST. */
async function override(context: OperationContext, call: RouteCall): Promise<RouteAnswer> {
  const method = call.headers["x-http-method-override"];
  if (method === "PATCH") return append(context, call);
  if (method === "HEAD") return describe(context, call);
  if (method === "DELETE") return remove(context, call);
  const detail =
    "An upload takes HEAD, PATCH and DELETE. POST stands for one of them, which X-HTTP-Method-Override names.";
  throw new ProblemError({ code: "method-not-allowed", detail });
}

function idOf(parameters: RouteCall["parameters"]): string {
  return parameters.id ?? "";
}
