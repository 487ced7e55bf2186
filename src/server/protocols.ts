import { binaryProtocol } from "../protocols/binary/routes.ts";
import { kubeflowProtocol } from "../protocols/kubeflow/routes.ts";
import { mlflowProtocol } from "../protocols/mlflow/routes.ts";
import type { Protocol } from "../protocols/route.ts";

/** Everything this server speaks. */
export const protocols: readonly Protocol[] = [mlflowProtocol, kubeflowProtocol, binaryProtocol];
