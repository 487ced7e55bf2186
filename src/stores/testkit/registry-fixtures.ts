import type { ModelVersion } from "../../core/model/model-versions.ts";
import type { RegisteredModel } from "../../core/model/registered-models.ts";

type NewModel = Omit<RegisteredModel, "id" | "aliases">;
type NewVersion = Omit<ModelVersion, "id" | "number" | "aliases">;

export function newModel(name: string, fields: Partial<NewModel> = {}): NewModel {
  return { name, creationTime: 1, lastUpdateTime: 1, tags: [], ...fields };
}

export function newVersion(model: { id: number; name: string }, fields: Partial<NewVersion> = {}): NewVersion {
  return {
    modelId: model.id,
    modelName: model.name,
    stage: "None",
    status: "READY",
    creationTime: 1,
    lastUpdateTime: 1,
    tags: [],
    ...fields,
  };
}
