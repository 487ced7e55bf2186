import { optionalName, parentId, resourceFields, state, updatableText } from "./common.ts";
import type { ResourceSchema } from "./fields.ts";

export const experimentRunSchema = {
  name: "ExperimentRun",
  description: "One execution of training code, with its metrics, parameters and datasets.",
  fields: {
    ...resourceFields,
    name: optionalName,
    experimentId: parentId("The experiment that the run is of."),
    startTimeSinceEpoch: {
      type: { kind: "int64-text" },
      access: "create",
      description: "Milliseconds since 1970 when the run started.",
    },
    endTimeSinceEpoch: {
      type: { kind: "int64-text" },
      access: "update",
      description: "Milliseconds since 1970 when the run ended: not before it started.",
    },
    status: {
      type: {
        kind: "enum",
        name: "ExperimentRunStatus",
        values: ["RUNNING", "SCHEDULED", "FINISHED", "FAILED", "KILLED"],
        default: "RUNNING",
      },
      access: "update",
      description: "How far the run has come.",
    },
    state: state("ExperimentRunState", ["LIVE", "ARCHIVED"], "LIVE"),
    owner: updatableText("Who started the run."),
  },
} as const satisfies ResourceSchema;
