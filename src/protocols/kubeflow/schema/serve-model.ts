import { optionalName, parentId, resourceFields, state } from "./common.ts";
import type { ResourceSchema } from "./fields.ts";

export const serveModelSchema = {
  name: "ServeModel",
  description: "One time that an inference service served a version.",
  fields: {
    ...resourceFields,
    name: optionalName,
    modelVersionId: parentId("The version that was served."),
    lastKnownState: state(
      "ExecutionState",
      ["UNKNOWN", "NEW", "RUNNING", "COMPLETE", "FAILED", "CACHED", "CANCELED"],
      "UNKNOWN",
    ),
  },
} as const satisfies ResourceSchema;
