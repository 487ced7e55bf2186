import { CoreError } from "../errors.ts";

/** Longest name of one file or directory, in bytes of UTF-8: what file systems, where clients download to, can hold. */
const NAME_LENGTH_BYTES = 255;
/** Longest path from the root of the tree, in bytes of UTF-8: what an index row of PostgreSQL holds with room to spare. */
const PATH_LENGTH_BYTES = 2000;
/** Most directories and names in a path. */
const SEGMENT_LIMIT = 100;
/** How often a path is percent-decoded before it is refused as a trick. */
const DECODING_LIMIT = 10;

/** What Python's URL parser drops, wherever it stands. */
const DROPPED = /[\t\n\r]/g;
/** What upstream writes as an escape in the end. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROL_CHARACTER = /[\x00-\x1f\x7f]/g;
/** `C:`, `C:/x` and `file:…` mean a place of a machine, not one below a root. */
const MACHINE_PLACE = /^(?:[a-z]:(?:\/|$)|file:)/i;

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/**
 * A path that a client sent, as the artifact tree spells it: percent-decoded until it stays the same, and control characters as escapes.
 * That is what upstream does, and what its clients do to every name in a listing before they ask for it: `log_image` of version 2 makes
 * names such as `loss%step%10%timestamp%1700000000000.png`, which only find their way back if both sides agree. Whoever takes a path
 * from a client passes it through here, and only here is decided what a path may be. Throws `invalidValue`.
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

/**
 * A path that is meant letter by letter, such as a name in an archive. Throws `invalidValue` where `parseArtifactPath` would make another
 * one of it: whoever asked for it later would not find it.
 */
export function requireArtifactPath(text: string): string {
  if (parseArtifactPath(text) === text) return text;
  throw invalidPath("it contains control characters or percent-encoded ones, and could not be asked for. Rename it.");
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
    const decoded = path.replace(/(?:%[0-9a-f]{2})+/gi, decodeEscapes).replace(DROPPED, "");
    // Escaped control characters come out as they went in, and would do so forever.
    const spelled = decoded.replace(CONTROL_CHARACTER, escapeCharacter);
    if (spelled === path) return path;
    path = spelled;
  }
  throw invalidPath("it is percent-encoded too many times.");
}

/** What is not valid UTF-8 becomes a replacement character. */
function decodeEscapes(escapes: string): string {
  return decoder.decode(Uint8Array.from(escapes.slice(1).split("%"), (digits) => Number.parseInt(digits, 16)));
}

function escapeCharacter(character: string): string {
  return `%${character.charCodeAt(0).toString(16).padStart(2, "0")}`;
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
