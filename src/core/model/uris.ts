/** The parts of a URI, or of a plain path, which has no scheme. Nothing is decoded. */
export interface Uri {
  /** In lower case, without its colon; "" for a plain path. */
  scheme: string;
  /** Host and port; "" where there are none. */
  authority: string;
  path: string;
}

const URI = /^(?:([a-z][a-z0-9+.-]*):)?(?:\/\/([^/?#]*))?([^?#]*)/i;

export function parseUri(text: string): Uri {
  const [, scheme = "", authority = "", path = ""] = URI.exec(text) ?? [];
  return { scheme: scheme.toLowerCase(), authority, path };
}

/**
 * A place below a URI or a plain path. A URI's query stays at its end: some stores are told by it how to reach them. A plain path has no
 * query, so that a question mark in it is part of a name.
 */
export function joinUri(uri: string, path: string): string {
  const queryStart = parseUri(uri).scheme === "" ? -1 : uri.indexOf("?");
  const base = queryStart < 0 ? uri : uri.slice(0, queryStart);
  return `${base.replace(/\/$/, "")}/${path}${uri.slice(base.length)}`;
}

/** How often one text can sensibly have been percent-encoded. */
const MOST_ENCODINGS = 8;

/** Undoes percent-encoding until nothing is left to undo; undefined for a text that was encoded absurdly often. */
export function decodeFully(text: string): string | undefined {
  let decoded = text;
  for (let round = 0; round < MOST_ENCODINGS; round++) {
    const next = decodeOnce(decoded);
    if (next === decoded) return decoded;
    decoded = next;
  }
  return undefined;
}

/** Unlike `decodeURIComponent`, keeps what is no valid escape, and never throws. */
function decodeOnce(text: string): string {
  return text.replace(/(?:%[0-9a-f]{2})+/gi, (escapes) => {
    const bytes = escapes
      .slice(1)
      .split("%")
      .map((digits) => Number.parseInt(digits, 16));
    return new TextDecoder().decode(Uint8Array.from(bytes));
  });
}

/** Whether `uri` is `root` or below it: same scheme and authority, and segments that are equal once decoded. */
export function isWithin(uri: Uri, root: Uri): boolean {
  const segments = decodedSegments(uri.path);
  const rootSegments = decodedSegments(root.path);
  return (
    uri.scheme === root.scheme &&
    uri.authority.toLowerCase() === root.authority.toLowerCase() &&
    rootSegments.length > 0 &&
    rootSegments.every((segment, index) => segment !== undefined && segment === segments[index])
  );
}

function decodedSegments(path: string): (string | undefined)[] {
  return path
    .split("/")
    .filter((segment) => segment !== "")
    .map(decodeFully);
}
