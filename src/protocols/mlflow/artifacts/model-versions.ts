import { joinArtifactPath, parseArtifactPath } from "../../../core/model/artifact-paths.ts";
import { getModelVersionArtifactLocation } from "../../../core/ops/artifact-locations.ts";
import type { OperationContext } from "../../../core/ops/context.ts";
import { downloadAnswer } from "../../file-download.ts";
import type { Route, RouteAnswer, RouteCall } from "../../route.ts";
import { answering } from "../operation.ts";
import { parseVersionNumber } from "../validation/registry.ts";

export const modelVersionArtifactRoutes: readonly Route[] = [
  {
    operation: "getModelVersionArtifact",
    method: "GET",
    path: "/model-versions/get-artifact",
    permission: "artifact:read",
    body: "none",
    runsOn: "main",
    handle: answering(getModelVersionArtifact),
  },
];

async function getModelVersionArtifact(context: OperationContext, call: RouteCall): Promise<RouteAnswer> {
  const query = new URLSearchParams(call.query);
  const path = parseArtifactPath(query.get("path") ?? "");
  const name = query.get("name") ?? "";
  const location = await getModelVersionArtifactLocation(
    context,
    name,
    parseVersionNumber(name, query.get("version") ?? ""),
  );
  return downloadAnswer(context, joinArtifactPath(location.directory, path), call);
}
