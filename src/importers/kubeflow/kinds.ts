/** Kinds of things that are copied, in the order in which they are. */
export const IMPORT_KINDS = [
  "serving environment",
  "experiment",
  "experiment run",
  "registered model",
  "model version",
  "alias",
  "artifact",
  "artifact link",
  "metric point",
  "inference service",
  "serve model",
] as const;
export type ImportKind = (typeof IMPORT_KINDS)[number];
