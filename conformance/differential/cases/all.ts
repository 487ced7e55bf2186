import type { Scenario } from "../types.ts";
import { experimentSearchScenarios } from "./experiment-search.ts";
import { experimentScenarios } from "./experiments.ts";

/** Every scenario, in the order in which they run. */
export const scenarios: Scenario[] = [...experimentScenarios, ...experimentSearchScenarios];
