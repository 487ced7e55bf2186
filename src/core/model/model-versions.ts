import { CoreError } from "../errors.ts";
import type { Tag, Timestamp } from "./values.ts";

export type Stage = "None" | "Staging" | "Production" | "Archived";
const STAGES: readonly Stage[] = ["None", "Staging", "Production", "Archived"];

/** The stages in which a version is in use. */
export const ACTIVE_STAGES: readonly Stage[] = ["Staging", "Production"];

/** A stage by its name in any case. Throws `invalidValue`. */
export function parseStage(text: string): Stage {
  const stage = STAGES.find((candidate) => candidate.toLowerCase() === text.toLowerCase());
  if (stage) return stage;
  const reason = `Invalid Model Version stage: ${text}. Value must be one of ${STAGES.join(", ")}.`;
  throw new CoreError("invalidValue", { field: "stage", reason });
}

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
  /** Where its files are, after `models:/` sources have been resolved; "" where the server may not follow the source. */
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
