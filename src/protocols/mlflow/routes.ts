import type { Route } from "../route.ts";
import { experimentRoutes } from "./experiments.ts";

/** Every route of the MLflow API. */
export const mlflowRoutes: readonly Route[] = [...experimentRoutes];
