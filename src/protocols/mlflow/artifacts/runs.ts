import { joinArtifactPath, parseArtifactDirectory, parseArtifactPath } from "../../../core/model/artifact-paths.ts";
import { getRunArtifactLocation } from "../../../core/ops/artifact-locations.ts";
import { listArtifacts, storeArtifact } from "../../../core/ops/artifacts.ts";
import type { OperationContext } from "../../../core/ops/context.ts";
import type { ByteSource } from "../../../core/ports/blob-store.ts";
import { downloadAnswer } from "../../file-download.ts";
import type { Route, RouteAnswer, RouteCall } from "../../route.ts";
import { invalidParameter } from "../errors.ts";
import { answering, operation } from "../operation.ts";
import { runReference, toRunId } from "../wire/runs.ts";
import { message, optional, string } from "../wire/types.ts";
import { toWireFiles } from "./listing.ts";

/** Largest file that the user interface's own upload takes, in bytes; everything else uses the proxy, which has no limit. */
const UI_UPLOAD_LIMIT = 10 * 1024 * 1024;

export const runArtifactRoutes: readonly Route[] = [
  ...operation({
    name: "listArtifacts",
    methods: ["GET"],
    path: "/mlflow/artifacts/list",
    request: message({
      ...runReference,
      path: optional(string()),
      page_token: optional(string()),
    }),
    permission: "artifact:read",
    async handle(context, request) {
      const directory = parseArtifactDirectory(request.path);
      const location = await getRunArtifactLocation(context, toRunId(request));
      const entries = await listArtifacts(context, joinArtifactPath(location.directory, directory));
      return { root_uri: location.uri, ...toWireFiles(entries, directory) };
    },
  }),
  {
    operation: "getArtifact",
    method: "GET",
    path: "/get-artifact",
    permission: "artifact:read",
    body: "none",
    runsOn: "main",
    handle: answering(getArtifact),
  },
  {
    operation: "uploadArtifactUi",
    method: "POST",
    path: "/ajax-api/2.0/mlflow/upload-artifact",
    permission: "artifact:write",
    body: "streamed",
    runsOn: "main",
    handle: answering(uploadArtifact),
  },
];

async function getArtifact(context: OperationContext, call: RouteCall): Promise<RouteAnswer> {
  const query = new URLSearchParams(call.query);
  const path = parseArtifactPath(query.get("path") ?? "");
  const location = await getRunArtifactLocation(context, query.get("run_id") || query.get("run_uuid") || "");
  return downloadAnswer(context, joinArtifactPath(location.directory, path), call);
}

async function uploadArtifact(context: OperationContext, call: RouteCall): Promise<RouteAnswer> {
  const query = new URLSearchParams(call.query);
  const runId = requireGiven(query.get("run_uuid"), "run_uuid");
  const path = parseArtifactPath(requireGiven(query.get("path"), "path"));
  if (Number(call.headers["content-length"] ?? 0) > UI_UPLOAD_LIMIT) {
    throw invalidParameter("Artifact size is too large. Max size is 10MB.");
  }
  const { directory } = await getRunArtifactLocation(context, runId);
  await storeArtifact(context, joinArtifactPath(directory, path), notEmpty(call.stream ?? []), UI_UPLOAD_LIMIT);
  return { status: 200, headers: { "content-type": "application/json" }, body: undefined };
}

function requireGiven(value: string | null, name: string): string {
  if (!value) throw invalidParameter(`Request must specify ${name}.`);
  return value;
}

async function* notEmpty(source: ByteSource): AsyncIterable<Uint8Array> {
  let size = 0;
  for await (const chunk of source) {
    size += chunk.length;
    yield chunk;
  }
  if (size === 0) throw invalidParameter("Request must specify data.");
}
