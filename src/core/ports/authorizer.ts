type Resource =
  | "experiment"
  | "run"
  | "logged-model"
  | "registered-model"
  | "model-version"
  | "prompt"
  | "evaluation-dataset"
  | "artifact"
  | "serving-environment"
  | "inference-service"
  | "asset";

/** What a caller must be allowed to do. Every route names one; what needs none says so with `public`. */
export type Permission = `${Resource}:${"read" | "write" | "delete"}` | "public";
