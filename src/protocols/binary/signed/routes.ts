import { CoreError } from "../../../core/errors.ts";
import { openWanted } from "../../../core/ops/artifacts.ts";
import type { OperationContext } from "../../../core/ops/context.ts";
import type { SignedRequest } from "../../../core/ports/direct-transfers.ts";
import { planFileAnswer } from "../../file-answer.ts";
import type { Route, RouteAnswer, RouteCall } from "../../route.ts";
import { answering, PREFIX } from "../answers.ts";
import { ProblemError } from "../errors.ts";

/** Below it, this server answers the requests that it has signed. */
export const SIGNED = `${PREFIX}/signed`;

/** The signature is the permission: who has such a URL may make this one request until it expires. */
export const signedRoutes: readonly Route[] = [
  {
    operation: "getSignedBlob",
    method: "GET",
    path: `${SIGNED}/blobs/:digest`,
    permission: "public",
    body: "none",
    runsOn: "main",
    handle: answering(download),
  },
  {
    operation: "putSignedPart",
    method: "PUT",
    path: `${SIGNED}/parts/:upload/:number`,
    permission: "public",
    body: "streamed",
    runsOn: "main",
    handle: answering((context, call) => receive(context, call, Number(call.parameters.number))),
  },
  {
    operation: "putSignedBody",
    method: "PUT",
    path: `${SIGNED}/bodies/:upload`,
    permission: "public",
    body: "streamed",
    runsOn: "main",
    handle: answering((context, call) => receive(context, call)),
  },
];

async function download(context: OperationContext, call: RouteCall): Promise<RouteAnswer> {
  const { digest = "" } = call.parameters;
  const query = requireSigned(context, "GET", `blobs/${digest}`, call);
  const size = await context.blobs.size(digest);
  if (size === undefined) throw new CoreError("notFound", { entity: "artifact", by: "digest", value: digest });
  const plan = planFileAnswer({ digest, size }, call.headers);
  const body = await openWanted(context, digest, plan.wanted);
  return { status: plan.status, headers: { ...signedHeaders(query), ...plan.headers }, body };
}

/** As for every file that somebody has uploaded: browsers save it and never render it here. */
function signedHeaders(query: ReadonlyMap<string, string>): Record<string, string> {
  return {
    "content-type": query.get("type") ?? "application/octet-stream",
    "content-disposition": query.get("disposition") ?? "attachment",
    "content-security-policy": "sandbox; default-src 'none'",
  };
}

async function receive(context: OperationContext, call: RouteCall, number?: number): Promise<RouteAnswer> {
  const { upload = "" } = call.parameters;
  requireSigned(context, "PUT", number === undefined ? `bodies/${upload}` : `parts/${upload}/${number}`, call);
  const etag = await context.ownTransfers?.receive(upload, number, call.stream ?? []);
  return { status: 200, headers: { etag: etag ?? "" }, body: undefined };
}

/** The query. Throws where this server has not signed the request, or for an earlier time. */
function requireSigned(
  { ownTransfers }: OperationContext,
  method: SignedRequest["method"],
  path: string,
  call: RouteCall,
): ReadonlyMap<string, string> {
  const query = new Map(new URLSearchParams(call.query));
  if (ownTransfers?.isSigned(method, `${SIGNED}/${path}`, query)) return query;
  throw new ProblemError({ code: "forbidden", detail: "The signature is wrong or has expired. Ask for a new URL." });
}
