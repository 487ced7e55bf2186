import { parseUri } from "../../../core/model/uris.ts";
import type { Tag } from "../../../core/model/values.ts";
import { invalidParameter } from "../errors.ts";
import { validateKey, validateLength } from "./names.ts";

const NAME_LENGTH = 500;
const LOCATION_LENGTH = 2048;
const TAG_KEY_LENGTH = 250;
const TAG_VALUE_LENGTH = 20_000;
const SCHEMES_WITH_PARAMETERS = new Set(["", "ftp", "hdfs", "http", "https", "sftp"]);

export function validateExperimentName(name: string): void {
  validateLength("name", name, NAME_LENGTH);
}

export function validateExperimentTag(tag: Tag): Tag {
  validateLength("key", tag.key, TAG_KEY_LENGTH);
  validateKey(tag.key, TAG_KEY_LENGTH);
  validateLength("value", tag.value, TAG_VALUE_LENGTH);
  return tag;
}

/** The location stays data: what it must not be is a place that its readers could take for another one. */
export function validateArtifactLocation(location: string): void {
  if (location.startsWith("runs:")) {
    throw invalidParameter(`Artifact location cannot be a runs:/ URI. Given: '${location}'`);
  }
  if (location.includes("#") || hasParameters(location))
    throw invalidParameter("'artifact_location' URL can't include fragments or params.");
  if (climbs(location)) {
    throw invalidParameter("'artifact_location' must not contain the path segment '..'. Give the place itself.");
  }
  if ([...location].length > LOCATION_LENGTH) {
    throw invalidParameter(
      `Invalid artifact path length. The length of the artifact path cannot be greater than ${LOCATION_LENGTH} characters.`,
    );
  }
}

/** What follows a semicolon in the last segment is parameters in the schemes where Python's URL parser looks for them. */
function hasParameters(location: string): boolean {
  const { scheme, path } = parseUri(location);
  return SCHEMES_WITH_PARAMETERS.has(scheme) && path.slice(path.lastIndexOf("/") + 1).includes(";");
}

function climbs(location: string): boolean {
  return location.split(/[/\\?]|%2f|%5c/i).some((segment) => segment.replaceAll(/%2e/gi, ".") === "..");
}
