import { isCoreError } from "../../../core/errors.ts";
import type { UploadState } from "../../../core/model/uploads.ts";
import type { Route, RouteAnswer } from "../../route.ts";
import { answering, PREFIX } from "../answers.ts";
import { ProblemError } from "../errors.ts";
import { CHECKSUM_ALGORITHMS } from "./checksum.ts";
import { TUS_VERSION } from "./request-headers.ts";

export const UPLOADS = `${PREFIX}/uploads`;

const EXTENSIONS = [
  "creation",
  "creation-with-upload",
  "creation-defer-length",
  "expiration",
  "checksum",
  "termination",
  "concatenation",
];

/** What this server can do, for clients that ask. */
export const CAPABILITIES = {
  "tus-version": TUS_VERSION,
  "tus-extension": EXTENSIONS.join(),
  "tus-checksum-algorithm": CHECKSUM_ALGORITHMS.join(),
};

export function emptyAnswer(status: number, headers: RouteAnswer["headers"] = {}): RouteAnswer {
  return { status, headers, body: undefined };
}

/** A handler whose answers and refusals are as tus has them. */
export function answeringTus(handle: Route["handle"]): Route["handle"] {
  const answer = answering((context, call) => handle(context, call).catch(refuseAsTus));
  return async (context, call) => {
    const { headers, ...rest } = await answer(context, call);
    return { ...rest, headers: { ...headers, "tus-resumable": TUS_VERSION, ...(rest.status === 412 && CAPABILITIES) } };
  };
}

/** Where tus has a status of its own for a refusal. */
function refuseAsTus(error: unknown): never {
  if (isCoreError(error, "digestMismatch")) {
    const detail = `The bytes of this request have the digest ${error.data.actual}, not ${error.data.expected} as Upload-Checksum says. They were dropped: send them again.`;
    throw new ProblemError({ code: "checksum-mismatch", field: "Upload-Checksum", detail });
  }
  if (isCoreError(error, "unsupported")) throw new ProblemError({ code: "forbidden", detail: error.data.reason });
  throw error;
}

/** Where an upload is. */
export function locationOf(id: string): string {
  return `${UPLOADS}/${id}`;
}

/** How far an upload is, and how long it waits for more. */
export function progressHeaders({ offset, expirationTime }: UploadState): Record<string, string> {
  return { "upload-offset": String(offset), "upload-expires": new Date(Number(expirationTime)).toUTCString() };
}

/** All that there is to say of an upload. */
export function stateHeaders(upload: UploadState): Record<string, string> {
  const { length, metadata } = upload;
  return {
    ...progressHeaders(upload),
    ...(length === undefined ? { "upload-defer-length": "1" } : { "upload-length": String(length) }),
    ...(metadata !== "" && { "upload-metadata": metadata }),
    ...concatenationHeaders(upload),
    "cache-control": "no-store",
  };
}

function concatenationHeaders({ concatenation, parts }: UploadState): Record<string, string> {
  if (concatenation === undefined) return {};
  return { "upload-concat": concatenation === "partial" ? "partial" : `final;${parts.map(locationOf).join(" ")}` };
}
