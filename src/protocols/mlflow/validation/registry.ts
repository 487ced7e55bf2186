import { CoreError } from "../../../core/errors.ts";
import { ALIAS_CHARACTERS, isReservedAlias, MAXIMUM_ALIAS_LENGTH } from "../../../core/model/registered-models.ts";
import type { Tag } from "../../../core/model/values.ts";
import { invalidParameter } from "../errors.ts";
import { invalidModelName, isModelName } from "../wire/model-names.ts";
import { validateKey, validateLength, validateUniquePath } from "./names.ts";

const MODEL_NAME_LENGTH = 256;
const TAG_KEY_LENGTH = 250;
const TAG_VALUE_LENGTH = 100_000;
const RUN_ID_LENGTH = 256;
const PROMPT_TEXT_TAG = "mlflow.prompt.text";

/** Python's integers as text: blanks around them, a sign, and underscores between digits are fine. */
const INTEGER = /^\s*[-+]?\d+(?:_\d+)*\s*$/;

/** The name of a registered model that is looked up: one that MLflow would not give may have come from elsewhere. */
export function validateModelName(name: string, field = "name"): void {
  if (name.trim() === "") throw invalidParameter(`Missing value for required parameter '${field}'.`);
  if (isModelName(name)) validateUniquePath(name, "name");
}

/** The name that a registered model is to get. */
export function validateNewModelName(name: string, field = "name"): void {
  validateLength(field, name, MODEL_NAME_LENGTH);
  validateModelName(name, field);
  if (!isModelName(name)) throw invalidParameter(invalidModelName(name));
}

/** The number of a version of `modelName`. Throws `notFound` for a number that no version can have. */
export function parseVersionNumber(modelName: string, text: string): number {
  validateModelName(modelName);
  if (!INTEGER.test(text)) throw invalidParameter(`Parameter 'version' must be an integer, got '${text}'.`);
  const number = Number(text.replaceAll("_", ""));
  if (Number.isSafeInteger(number)) return number;
  throw new CoreError("notFound", { entity: "model version", by: "number", value: text.trim(), of: modelName });
}

/** An alias that is looked up or removed. */
export function validateAlias(alias: string): void {
  if (!ALIAS_CHARACTERS.test(alias)) {
    throw invalidParameter(
      `Invalid alias name: '${alias}'. Names may only contain alphanumerics, underscores (_), and dashes (-).`,
    );
  }
  validateLength("Registered model alias name", alias, MAXIMUM_ALIAS_LENGTH);
}

/** An alias that is to be set: neither `latest` nor what looks like a version. */
export function validateNewAlias(alias: string): void {
  validateAlias(alias);
  if (alias.toLowerCase() === "latest") throw invalidParameter("'latest' alias name (case insensitive) is reserved.");
  if (isReservedAlias(alias)) throw invalidParameter(`Version alias name '${alias}' is reserved.`);
}

export function validateRegistryTag({ key, value }: Tag): void {
  validateKey(key, TAG_KEY_LENGTH);
  validateLength("value", value, TAG_VALUE_LENGTH);
}

export function validateModelVersionTag(tag: Tag): void {
  if (tag.key === PROMPT_TEXT_TAG && tag.value.length > TAG_VALUE_LENGTH) {
    throw invalidParameter(`Prompt text exceeds max length of ${TAG_VALUE_LENGTH} characters.`);
  }
  validateRegistryTag(tag);
}

/** A tag that is to be removed. */
export function validateRegistryTagKey(key: string): void {
  validateKey(key, TAG_KEY_LENGTH);
}

/** The run that a version says it comes from; it need not exist. */
export function validateRunReference(runId: string | undefined): void {
  validateLength("run_id", runId ?? "", RUN_ID_LENGTH);
}
