import type { Protocol, Route } from "../route.ts";
import { artifactRoutes } from "./artifacts/routes.ts";
import { refuse } from "./errors.ts";
import { experimentRoutes } from "./experiments.ts";
import { serverInformationRoutes } from "./server-information.ts";
import { unsupportedRoutes } from "./unsupported.ts";

/** Every route of the MLflow API. */
export const mlflowRoutes: readonly Route[] = [...experimentRoutes, ...artifactRoutes, ...serverInformationRoutes];

export const mlflowProtocol: Protocol = {
  name: "mlflow",
  routes: [...mlflowRoutes, ...unsupportedRoutes],
  prefixes: ["/api/", "/ajax-api/", "/graphql"],
  refuse,
};
