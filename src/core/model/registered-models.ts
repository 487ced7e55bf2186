import type { Tag, Timestamp } from "./values.ts";

export interface Alias {
  alias: string;
  /** Number of the version that it points to. */
  version: number;
}

/** Letters and digits of any script, `_` and `-`. */
export const ALIAS_CHARACTERS = /^[\p{L}\p{N}_-]*$/u;
export const MAXIMUM_ALIAS_LENGTH = 255;

/** `latest` is always the highest version, and `v3` looks like a version: nobody can set them. */
export function isReservedAlias(alias: string): boolean {
  return /^(?:latest|v\d+)$/i.test(alias);
}

/** A named line of model versions. `id` stays through a rename; the name is unique among those that are not deleted. */
export interface RegisteredModel {
  id: number;
  name: string;
  description?: string;
  /** Who is responsible for it, as a client said. */
  owner?: string;
  creationTime: Timestamp;
  lastUpdateTime: Timestamp;
  tags: Tag[];
  aliases: Alias[];
}

/** A prompt is a registered model with this tag; so are its versions. */
export const PROMPT_TAG = "mlflow.prompt.is_prompt";

/** Whether tags make their bearer a prompt. */
export function isPrompt(tags: readonly Tag[]): boolean {
  return tags.findLast((tag) => tag.key === PROMPT_TAG)?.value.toLowerCase() === "true";
}
