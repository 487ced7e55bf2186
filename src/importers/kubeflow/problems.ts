import { KubeflowError } from "../../protocols/kubeflow/errors.ts";
import { type Explanation, explain as explainRefusal, MEND_AND_REPEAT } from "../problems.ts";

/** Why something was refused, and what to do; undefined for an error that is no refusal. */
export function explain(error: unknown): Explanation | undefined {
  if (error instanceof KubeflowError) return { reason: error.message, advice: MEND_AND_REPEAT };
  return explainRefusal(error);
}
