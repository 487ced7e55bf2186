import { CoreError } from "../errors.ts";

/** Longest name of one file or directory, in bytes of UTF-8: what file systems, where clients download to, can hold. */
const NAME_LENGTH_BYTES = 255;
/** Longest path from the root of the tree, in bytes of UTF-8: what an index row of PostgreSQL holds with room to spare. */
const PATH_LENGTH_BYTES = 2000;
/** Most directories and names in a path. */
const SEGMENT_LIMIT = 100;
/** How often a path is percent-decoded before it is refused as a trick. */
const DECODING_LIMIT = 10;

const CONTROL_CHARACTER = /\p{Cc}/u;
/** `C:`, `C:/x` and `file:…` mean a place of a machine, not one below a root. */
const MACHINE_PLACE = /^(?:[a-z]:(?:\/|$)|file:)/i;

const encoder = new TextEncoder();

/**
 * A path that a client sent, as the artifact tree spells it: percent-decoded until it stays the same, as upstream does, because its
 * clients decode what listings show. Whoever takes a path from a client passes it through here, and only here is decided what a
 * path may be. Throws `invalidValue`.
 */
export function parseArtifactPath(text: string): string {
  const path = decodeFully(text);
  if (path === "") throw invalidPath("it is empty. Give the path of a file or a directory.");
  requirePlainCharacters(path);
  if (path.startsWith("/")) throw invalidPath("it starts with '/'. Give a path relative to the root of the artifacts.");
  if (MACHINE_PLACE.test(path))
    throw invalidPath("it names a place on a machine. Give a path relative to the root of the artifacts.");
  const segments = path.split("/");
  for (const segment of segments) requirePlainSegment(segment);
  if (segments.length > SEGMENT_LIMIT) throw invalidPath(`it is deeper than ${SEGMENT_LIMIT} directories.`);
  if (byteLength(path) > PATH_LENGTH_BYTES) throw invalidPath(`it is longer than ${PATH_LENGTH_BYTES} bytes.`);
  return path;
}

/** Like `parseArtifactPath`, for directories: "", "." and a closing slash are fine; "" is the root. */
export function parseArtifactDirectory(text: string | undefined): string {
  const path = decodeFully(text ?? "");
  return path === "" || path === "." ? "" : parseArtifactPath(path.replace(/\/$/, ""));
}

/** Joins paths of the tree; "" is the root. */
export function joinArtifactPath(directory: string, path: string): string {
  if (directory === "" || path === "") return directory + path;
  return `${directory}/${path}`;
}

/** The directories above a path, from the top, without the root. */
export function artifactAncestors(path: string): string[] {
  const segments = path.split("/");
  return segments.slice(1).map((_segment, index) => segments.slice(0, index + 1).join("/"));
}

/** The last segment. */
export function artifactName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

function decodeFully(text: string): string {
  let path = text;
  for (let round = 0; round < DECODING_LIMIT; round++) {
    // Upstream drops some control characters between two rounds, so that `%2%09e` would become a dot: such a path has no good use.
    if (CONTROL_CHARACTER.test(path)) throw invalidPath("it contains control characters.");
    const decoded = path.replace(/(?:%[0-9a-f]{2})+/gi, decodeEscapes);
    if (decoded === path) return path;
    path = decoded;
  }
  throw invalidPath("it is percent-encoded too many times.");
}

function decodeEscapes(escapes: string): string {
  try {
    return decodeURIComponent(escapes);
  } catch {
    throw invalidPath("it is not valid UTF-8 after percent-decoding.");
  }
}

function requirePlainCharacters(path: string): void {
  if (path.includes("#")) throw invalidPath("it contains '#'.");
  if (path.includes("\\")) throw invalidPath("it contains a backslash. Separate directories with '/'.");
  if (!path.isWellFormed()) throw invalidPath("it is not valid Unicode.");
}

function requirePlainSegment(segment: string): void {
  if (segment === "") throw invalidPath("it contains an empty segment.");
  if (segment === "." || segment === "..") throw invalidPath(`it contains the segment '${segment}'.`);
  if (byteLength(segment) > NAME_LENGTH_BYTES) {
    throw invalidPath(`a file or directory name in it is longer than ${NAME_LENGTH_BYTES} bytes.`);
  }
}

function byteLength(text: string): number {
  return encoder.encode(text).length;
}

function invalidPath(reason: string): CoreError {
  return new CoreError("invalidValue", { field: "path", reason: `Invalid path: ${reason}` });
}
