import { requiredName, resourceFields, state, updatableText } from "./common.ts";
import type { ResourceSchema } from "./fields.ts";

const texts = { kind: "texts" } as const;

export const registeredModelSchema = {
  name: "RegisteredModel",
  description: "A named line of model versions.",
  fields: {
    ...resourceFields,
    name: requiredName,
    readme: updatableText("The model's description for its readers, in Markdown."),
    maturity: updatableText("How far the model has come, such as `Generally Available`."),
    language: { type: texts, access: "update", description: "Languages that the model understands." },
    tasks: { type: texts, access: "update", description: "What the model can do." },
    provider: updatableText("Who made the model."),
    logo: updatableText("A picture, as a `data:` URI or the address of one."),
    license: updatableText("The short name of the licence."),
    licenseLink: updatableText("The licence's text."),
    libraryName: updatableText("The library that the model is used with."),
    owner: updatableText("Who is responsible for the model."),
    state: state("RegisteredModelState", ["LIVE", "ARCHIVED"], "LIVE"),
  },
} as const satisfies ResourceSchema;
