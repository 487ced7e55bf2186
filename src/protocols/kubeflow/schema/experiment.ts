import { requiredName, resourceFields, state, updatableText } from "./common.ts";
import type { ResourceSchema } from "./fields.ts";

export const experimentSchema = {
  name: "Experiment",
  description: "A named group of runs.",
  fields: {
    ...resourceFields,
    name: requiredName,
    owner: updatableText("Who is responsible for the experiment."),
    state: state("ExperimentState", ["LIVE", "ARCHIVED"], "LIVE"),
  },
} as const satisfies ResourceSchema;
