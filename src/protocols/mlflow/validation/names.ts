import { invalidParameter } from "../errors.ts";
import { normalizePosixPath, pythonJson, pythonRepr } from "../wire/python-text.ts";

/** Letters, digits and `_` in the sense of Python's `\w`, which knows all scripts. */
const WORD = String.raw`\p{L}\p{N}_`;

const KEY = new RegExp(String.raw`^[/${WORD}.\- :]*$`, "u");

/** The name of a param, a metric or a tag. */
export function validateKey(key: string, maximumLength: number, path = "key"): void {
  validateLength(path, key, maximumLength);
  if (!KEY.test(key)) {
    const rule =
      "Names may only contain alphanumerics, underscores (_), dashes (-), periods (.), spaces ( ), colon(:) and slashes (/).";
    throw invalidParameter(`Invalid value ${pythonJson(key)} for parameter '${path}' supplied: ${rule}`);
  }
  validateUniquePath(key, path);
}

/** Upstream's file store made names into paths, so no name may be another way to write a second one. */
export function validateUniquePath(name: string, path: string): void {
  const normal = normalizePosixPath(name);
  if (normal === name && normal !== "." && !normal.startsWith("..") && !normal.startsWith("/")) return;
  throw invalidParameter(
    `Invalid value ${pythonJson(name)} for parameter '${path}' supplied: Names may be treated as files in certain cases, and must ` +
      `not resolve to other names when treated as such. This name would resolve to ${pythonRepr(normal)}`,
  );
}

/** Characters are Unicode code points, as Python counts them. */
export function validateLength(what: string, text: string, maximum: number): void {
  if (text.length <= maximum || codePoints(text) <= maximum) return;
  throw invalidParameter(`'${what}' exceeds the maximum length of ${maximum} characters`);
}

/** Who makes something, as the client says. */
export function validateUserId(userId: string | undefined): void {
  if (userId !== undefined) validateLength("user_id", userId, 256);
}

function codePoints(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}

/** Where an entity is made with its tags. */
export function validateUniqueTags(tags: readonly { key: string }[]): void {
  const seen = new Set<string>();
  const repeated = tags.find(({ key }) => seen.size === seen.add(key).size);
  if (repeated) throw invalidParameter(`The tag ${pythonRepr(repeated.key)} is given more than once. Give it once.`);
}
