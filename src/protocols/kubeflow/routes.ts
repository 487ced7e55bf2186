import type { Protocol } from "../route.ts";
import { artifactOperations } from "./artifacts.ts";
import { experimentRunArtifactOperations, modelVersionArtifactOperations } from "./artifacts-of-parents.ts";
import { refuse } from "./errors.ts";
import { experimentRunOperations } from "./experiment-runs.ts";
import { experimentOperations } from "./experiments.ts";
import { inferenceServiceOperations } from "./inference-services.ts";
import { metricHistoryOperations } from "./metric-history.ts";
import { modelArtifactOperations } from "./model-artifacts.ts";
import { modelVersionOperations } from "./model-versions.ts";
import { type KubeflowOperation, routesOf } from "./operation.ts";
import { registeredModelOperations } from "./registered-models.ts";
import { serveModelOperations } from "./serve-models.ts";
import { servingEnvironmentOperations } from "./serving-environments.ts";

/** Every operation of both versions of the contract. */
export const kubeflowOperations: readonly KubeflowOperation[] = [
  ...registeredModelOperations,
  ...experimentOperations,
  ...experimentRunOperations,
  ...modelVersionOperations,
  ...artifactOperations,
  ...modelArtifactOperations,
  ...modelVersionArtifactOperations,
  ...experimentRunArtifactOperations,
  ...metricHistoryOperations,
  ...servingEnvironmentOperations,
  ...inferenceServiceOperations,
  ...serveModelOperations,
];

export const kubeflowProtocol: Protocol = {
  name: "kubeflow",
  routes: kubeflowOperations.flatMap(routesOf),
  prefixes: ["/api/model_registry/"],
  ignoresContentType: true,
  refuse,
};
