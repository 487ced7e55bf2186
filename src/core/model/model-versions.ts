import type { Tag, Timestamp } from "./values.ts";

export type Stage = "None" | "Staging" | "Production" | "Archived";
export const STAGES: readonly Stage[] = ["None", "Staging", "Production", "Archived"];

export type ModelVersionStatus = "PENDING_REGISTRATION" | "FAILED_REGISTRATION" | "READY";

export interface ModelVersion {
  id: number;
  modelId: number;
  /** Name of the registered model that it is a version of. */
  modelName: string;
  /** 1, 2, 3, … for each model; a number is never used again. */
  number: number;
  description?: string;
  stage: Stage;
  /** Where the model came from, as the client wrote it. Data: the server never opens it. */
  source?: string;
  /** Where its files are, after `models:/` sources have been resolved. */
  storageLocation?: string;
  runId?: string;
  runLink?: string;
  userId?: string;
  loggedModelId?: string;
  status: ModelVersionStatus;
  statusMessage?: string;
  creationTime: Timestamp;
  lastUpdateTime: Timestamp;
  tags: Tag[];
  /** Aliases of the model that point to this version. */
  aliases: string[];
}
