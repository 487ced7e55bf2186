import { invalidParameter } from "../errors.ts";
import { pythonRepr } from "../wire/python-text.ts";
import { validateLength } from "./names.ts";

// Upstream declares these lengths for its columns; its SQLite does not enforce them, its PostgreSQL fails on them.
const NAME_LENGTH = 500;
const REFERENCE_LENGTH = 256;
const PARAM_KEY_LENGTH = 255;
const TAG_KEY_LENGTH = 250;

const FORBIDDEN = /[/:.%"']/;

export function validateLoggedModelName(name: string): void {
  validateLength("name", name, NAME_LENGTH);
  if (!FORBIDDEN.test(name)) return;
  throw invalidParameter(
    `Invalid model name (${pythonRepr(name)}) provided. Model name must be a non-empty string and cannot contain the following ` +
      `characters: ('/', ':', '.', '%', '"', "'")`,
  );
}

/** A run or a type that is noted on a logged model. */
export function validateLoggedModelReference(field: string, text: string): void {
  validateLength(field, text, REFERENCE_LENGTH);
}

export function validateLoggedModelParamKey(key: string): void {
  validateLength("key", key, PARAM_KEY_LENGTH);
}

export function validateLoggedModelTagKey(key: string): void {
  validateLength("key", key, TAG_KEY_LENGTH);
}
