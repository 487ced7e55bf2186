import { joinArtifactPath, parseArtifactDirectory, parseArtifactPath } from "../../../core/model/artifact-paths.ts";
import { getLoggedModelArtifactLocation } from "../../../core/ops/artifact-locations.ts";
import { listArtifacts } from "../../../core/ops/artifacts.ts";
import type { OperationContext } from "../../../core/ops/context.ts";
import { downloadAnswer } from "../../file-download.ts";
import type { Route, RouteAnswer, RouteCall } from "../../route.ts";
import { MlflowError } from "../errors.ts";
import { answering, operation } from "../operation.ts";
import { message, optional, string } from "../wire/types.ts";
import { toWireFiles } from "./listing.ts";

export const loggedModelArtifactRoutes: readonly Route[] = [
  ...operation({
    name: "listLoggedModelArtifacts",
    methods: ["GET"],
    path: "/mlflow/logged-models/:model_id/artifacts/directories",
    request: message({
      model_id: string(),
      artifact_directory_path: optional(string()),
      page_token: optional(string()),
    }),
    permission: "artifact:read",
    async handle(context, request) {
      const directory = parseArtifactDirectory(request.artifact_directory_path);
      const location = await getLoggedModelArtifactLocation(context, request.model_id);
      const entries = await listArtifacts(context, joinArtifactPath(location.directory, directory));
      return { root_uri: location.uri, ...toWireFiles(entries, directory) };
    },
  }),
  {
    operation: "getLoggedModelArtifact",
    method: "GET",
    path: "/ajax-api/2.0/mlflow/logged-models/:model_id/artifacts/files",
    permission: "artifact:read",
    body: "none",
    runsOn: "main",
    handle: answering(getLoggedModelArtifact),
  },
];

async function getLoggedModelArtifact(context: OperationContext, call: RouteCall): Promise<RouteAnswer> {
  const text = new URLSearchParams(call.query).get("artifact_file_path");
  if (!text) {
    throw new MlflowError("BAD_REQUEST", 'Request must include the "artifact_file_path" query parameter.');
  }
  const path = parseArtifactPath(text);
  const { directory } = await getLoggedModelArtifactLocation(context, call.parameters.model_id ?? "");
  return downloadAnswer(context, joinArtifactPath(directory, path), call);
}
