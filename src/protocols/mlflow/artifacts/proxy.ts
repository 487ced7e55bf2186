import { isCoreError } from "../../../core/errors.ts";
import { parseArtifactDirectory, parseArtifactPath } from "../../../core/model/artifact-paths.ts";
import { deleteArtifacts, listArtifacts, storeArtifact } from "../../../core/ops/artifacts.ts";
import type { OperationContext } from "../../../core/ops/context.ts";
import { downloadAnswer, downloadHeadAnswer } from "../../file-download.ts";
import type { Route, RouteAnswer, RouteCall } from "../../route.ts";
import { coreErrorMessage } from "../error-messages.ts";
import { answering, operation } from "../operation.ts";
import { PREFIXES } from "../prefixes.ts";
import { message, optional, string } from "../wire/types.ts";
import { toWireFiles } from "./listing.ts";

const LIST_PATH = "/mlflow-artifacts/artifacts";
const FILE_PATH = `${LIST_PATH}/*`;

/** The artifacts proxy: the whole tree, by paths from its root. */
export const proxyRoutes: readonly Route[] = [
  ...operation({
    name: "listArtifactsMlflowArtifacts",
    methods: ["GET"],
    path: LIST_PATH,
    request: message({ path: optional(string()) }),
    permission: "artifact:read",
    async handle(context, request) {
      const entries = await listArtifacts(context, parseArtifactDirectory(request.path));
      // Names alone: the client puts the directory before them itself.
      return toWireFiles(entries, "");
    },
  }),
  ...fileRoutes({
    operation: "downloadArtifact",
    method: "GET",
    permission: "artifact:read",
    body: "none",
    handle: (context, call) => refusingDirectories(downloadAnswer(context, parseArtifactPath(filePath(call)), call)),
  }),
  ...fileRoutes({
    operation: "downloadArtifact",
    method: "HEAD",
    permission: "artifact:read",
    body: "none",
    handle: (context, call) =>
      refusingDirectories(downloadHeadAnswer(context, parseArtifactPath(filePath(call)), call)),
  }),
  ...fileRoutes({
    operation: "uploadArtifact",
    method: "PUT",
    permission: "artifact:write",
    body: "streamed",
    handle: uploadArtifact,
  }),
  ...fileRoutes({
    operation: "deleteArtifact",
    method: "DELETE",
    permission: "artifact:delete",
    body: "none",
    async handle(context, call) {
      // Clients send a closing slash for the root of a run.
      await deleteArtifacts(context, parseArtifactPath(filePath(call).replace(/\/$/, "")));
      return { status: 200, headers: { "content-type": "application/json" }, body: "{}" };
    },
  }),
];

async function uploadArtifact(context: OperationContext, call: RouteCall): Promise<RouteAnswer> {
  await storeArtifact(context, parseArtifactPath(filePath(call)), call.stream ?? []);
  return { status: 200, headers: {}, body: undefined };
}

function fileRoutes(route: Omit<Route, "path" | "runsOn">): Route[] {
  return PREFIXES.map((prefix) => ({
    ...route,
    path: prefix + FILE_PATH,
    runsOn: "main",
    handle: answering(route.handle),
  }));
}

function filePath(call: RouteCall): string {
  return call.parameters["*"] ?? "";
}

/** Upstream serves these routes with another framework than the rest, which has its own shape of an error. */
async function refusingDirectories(answer: Promise<RouteAnswer>): Promise<RouteAnswer> {
  try {
    return await answer;
  } catch (error) {
    if (!isCoreError(error, "notAFile")) throw error;
    const body = JSON.stringify({ detail: coreErrorMessage(error) });
    return { status: 400, headers: { "content-type": "application/json" }, body };
  }
}
