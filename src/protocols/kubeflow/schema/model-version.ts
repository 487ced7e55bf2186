import { parentId, requiredChildName, resourceFields, state, updatableText } from "./common.ts";
import type { ResourceSchema } from "./fields.ts";

export const modelVersionSchema = {
  name: "ModelVersion",
  description: "One version of a registered model.",
  fields: {
    ...resourceFields,
    name: requiredChildName,
    author: updatableText("Who made the version."),
    registeredModelId: parentId("The registered model that it is a version of."),
    state: state("ModelVersionState", ["LIVE", "ARCHIVED"], "LIVE"),
  },
} as const satisfies ResourceSchema;
