import type { Protocol, Route } from "../route.ts";
import { artifactRoutes } from "./artifacts/routes.ts";
import { refuse } from "./errors.ts";
import { evaluationDatasetRecordRoutes } from "./evaluation-dataset-records.ts";
import { evaluationDatasetRoutes } from "./evaluation-datasets.ts";
import { experimentRoutes } from "./experiments.ts";
import { graphqlRoutes } from "./graphql/graphql.ts";
import { loggedModelSearchRoutes } from "./logged-model-search.ts";
import { loggedModelRoutes } from "./logged-models.ts";
import { metricRoutes } from "./metrics.ts";
import { modelVersionRoutes } from "./model-versions.ts";
import { registeredModelAliasRoutes } from "./registered-model-aliases.ts";
import { registeredModelRoutes } from "./registered-models.ts";
import { registrySearchRoutes } from "./registry-search.ts";
import { runDataRoutes } from "./run-data.ts";
import { runInputRoutes } from "./run-inputs.ts";
import { runRoutes } from "./runs.ts";
import { serverInformationRoutes } from "./server-information.ts";
import { unsupportedRoutes } from "./unsupported.ts";

/** Every route of the REST API. */
const mlflowRoutes: readonly Route[] = [
  ...experimentRoutes,
  ...registeredModelRoutes,
  ...registeredModelAliasRoutes,
  ...modelVersionRoutes,
  ...registrySearchRoutes,
  ...loggedModelRoutes,
  ...loggedModelSearchRoutes,
  ...runRoutes,
  ...runDataRoutes,
  ...runInputRoutes,
  ...metricRoutes,
  ...evaluationDatasetRoutes,
  ...evaluationDatasetRecordRoutes,
  ...artifactRoutes,
  ...serverInformationRoutes,
];

const graphql = graphqlRoutes(mlflowRoutes);

export const mlflowProtocol: Protocol = {
  name: "mlflow",
  routes: [...mlflowRoutes, ...graphql, ...unsupportedRoutes],
  prefixes: ["/api/", "/ajax-api/", "/graphql"],
  refuse,
};
