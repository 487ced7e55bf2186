import type { OperationContext } from "../../core/ops/context.ts";
import type { Route, RouteAnswer } from "../route.ts";
import { operation } from "./operation.ts";
import { message } from "./wire/types.ts";

/** The MLflow version whose API this server speaks. Clients compare it to decide what they may ask for. */
const MLFLOW_VERSION = "3.17.2";

/** What clients ask before they talk: who is there, and what it can do. */
export const serverInformationRoutes: readonly Route[] = [
  ...textRoutes("health", "/health", "OK"),
  ...textRoutes("version", "/version", MLFLOW_VERSION),
  ...operation({
    name: "serverInfo",
    methods: ["GET"],
    path: "/mlflow/server-info",
    request: message({}),
    permission: "public",
    handle: async (context) => ({
      store_type: "SqlStore",
      workspaces_enabled: false,
      trace_archival_enabled: false,
      multipart_uploads_enabled: bypassesServer(context),
      multipart_downloads_enabled: bypassesServer(context),
      presigned_upload_run_id_supported: true,
      presigned_upload_model_id_supported: true,
      features_enabled: { gateway: false },
    }),
  }),
];

/** Without direct access to a cloud store there is nothing to gain over the proxy: who insists may have it. */
function bypassesServer({ directTransfers, ownTransfers }: OperationContext): boolean {
  return directTransfers !== undefined && ownTransfers === undefined;
}

/** Also for HEAD, which some health checks send. */
function textRoutes(name: string, path: string, text: string): Route[] {
  const answer: RouteAnswer = { status: 200, headers: { "content-type": "text/plain; charset=utf-8" }, body: text };
  return (["GET", "HEAD"] as const).map((method) => ({
    operation: name,
    method,
    path,
    permission: "public",
    body: "none",
    runsOn: "main",
    handle: async () => answer,
  }));
}
