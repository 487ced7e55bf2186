import { invalidParameter } from "./errors.ts";

const EXPERIMENT_NAME_LENGTH = 500;

/** An experiment id is an integer as text; upstream refuses everything else. */
export function parseExperimentId(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw invalidParameter(`Invalid experiment ID: '${text}'. An experiment ID is an integer, such as '0'.`);
}

export function validateExperimentName(name: string): void {
  if (name.length > EXPERIMENT_NAME_LENGTH) {
    throw invalidParameter(`'name' exceeds the maximum length of ${EXPERIMENT_NAME_LENGTH} characters`);
  }
}
