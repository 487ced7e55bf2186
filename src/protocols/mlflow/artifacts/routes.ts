import type { Route } from "../../route.ts";
import { directTransferRoutes } from "./direct-transfers.ts";
import { loggedModelArtifactRoutes } from "./logged-models.ts";
import { modelVersionArtifactRoutes } from "./model-versions.ts";
import { proxyRoutes } from "./proxy.ts";
import { runArtifactRoutes } from "./runs.ts";

/** Every route that moves or lists artifacts. */
export const artifactRoutes: readonly Route[] = [
  ...proxyRoutes,
  ...runArtifactRoutes,
  ...loggedModelArtifactRoutes,
  ...modelVersionArtifactRoutes,
  ...directTransferRoutes,
];
