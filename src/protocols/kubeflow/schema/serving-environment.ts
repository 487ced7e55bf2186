import { requiredName, resourceFields } from "./common.ts";
import type { ResourceSchema } from "./fields.ts";

export const servingEnvironmentSchema = {
  name: "ServingEnvironment",
  description: "A place where models are served, such as a namespace of a cluster.",
  fields: { ...resourceFields, name: requiredName },
} as const satisfies ResourceSchema;
