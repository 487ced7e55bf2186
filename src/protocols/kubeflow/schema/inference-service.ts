import { optionalName, parentId, resourceFields, state, updatableText } from "./common.ts";
import type { ResourceSchema } from "./fields.ts";

export const inferenceServiceSchema = {
  name: "InferenceService",
  description: "Something that serves a registered model in a serving environment.",
  fields: {
    ...resourceFields,
    name: optionalName,
    registeredModelId: parentId("The registered model that it serves, which may be unknown here."),
    servingEnvironmentId: parentId("The serving environment that it is in."),
    modelVersionId: {
      type: { kind: "id" },
      access: "update",
      description:
        "The version that it serves, which may be unknown here; the newest of the model where none is named.",
    },
    runtime: updatableText("What runs the model, such as the name of a KServe runtime."),
    desiredState: state("InferenceServiceState", ["DEPLOYED", "UNDEPLOYED"], "DEPLOYED"),
  },
} as const satisfies ResourceSchema;
