import { CoreError } from "../../core/errors.ts";
import { invalidParameter } from "./errors.ts";

/** An experiment id is an integer as text; upstream refuses everything else. Throws `notFound` for one that cannot exist. */
export function parseExperimentId(text: string): number {
  if (!/^\s*[-+]?\d+\s*$/.test(text)) {
    throw invalidParameter(`Invalid experiment ID '${text}'. Experiment ID must be a valid integer.`);
  }
  const id = Number(text);
  if (Number.isSafeInteger(id)) return id;
  throw new CoreError("notFound", { entity: "experiment", by: "id", value: text.trim() });
}

/** Upstream closes the sentence with a full stop in some operations only. */
export function validatePageSize(size: number, end: "." | "" = ""): void {
  if (size > 0) return;
  throw invalidParameter(
    `Invalid value ${size} for parameter 'max_results' supplied. It must be a positive integer${end}`,
  );
}
