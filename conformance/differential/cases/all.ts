import type { Scenario } from "../types.ts";
import { artifactPathScenarios } from "./artifact-paths.ts";
import { artifactScenarios } from "./artifacts.ts";
import { experimentSearchScenarios } from "./experiment-search.ts";
import { experimentScenarios } from "./experiments.ts";
import { graphqlScenarios } from "./graphql.ts";
import { logBatchScenarios } from "./log-batch.ts";
import { loggedModelSearchScenarios } from "./logged-model-search.ts";
import { loggedModelScenarios } from "./logged-models.ts";
import { metricHistoryScenarios } from "./metric-history.ts";
import { modelVersionSourceScenarios } from "./model-version-sources.ts";
import { modelVersionScenarios } from "./model-versions.ts";
import { promptScenarios } from "./prompts.ts";
import { registeredModelScenarios } from "./registered-models.ts";
import { registrySearchScenarios } from "./registry-search.ts";
import { runDataScenarios } from "./run-data.ts";
import { runModelsInputsScenarios } from "./run-models-inputs.ts";
import { runSearchScenarios } from "./run-search.ts";
import { runScenarios } from "./runs.ts";
import { serverScenarios } from "./server.ts";
import { wireRuleScenarios } from "./wire-rules.ts";

/** Every scenario, in the order in which they run. */
export const scenarios: Scenario[] = [
  ...serverScenarios,
  ...wireRuleScenarios,
  ...experimentScenarios,
  ...experimentSearchScenarios,
  ...runScenarios,
  ...runDataScenarios,
  ...logBatchScenarios,
  ...runModelsInputsScenarios,
  ...metricHistoryScenarios,
  ...runSearchScenarios,
  ...loggedModelScenarios,
  ...loggedModelSearchScenarios,
  ...registeredModelScenarios,
  ...modelVersionScenarios,
  ...modelVersionSourceScenarios,
  ...registrySearchScenarios,
  ...promptScenarios,
  ...artifactScenarios,
  ...artifactPathScenarios,
  ...graphqlScenarios,
];
