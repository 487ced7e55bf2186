import type { ArtifactFile } from "../core/model/artifacts.ts";
import type { WantedBytes } from "../core/ops/artifacts.ts";
import type { ByteRange } from "../core/ports/blob-store.ts";
import type { RouteCall } from "./route.ts";

/** How a file is answered: everything but the bytes themselves, and which of them are wanted. */
export interface FilePlan {
  status: number;
  headers: Record<string, string>;
  wanted: WantedBytes;
}

type RequestHeaders = RouteCall["headers"];

/**
 * What RFC 9110 asks of an answer that has a strong validator, which is the SHA-256 digest: 304 for a known `If-None-Match`, 206 and 416
 * for a single `Range`, the whole file where `If-Range` names another one. Several ranges at once are answered with the whole file,
 * as the RFC allows. `Repr-Digest` (RFC 9530) lets a client check what it has.
 */
export function planFileAnswer(
  { digest, size }: Pick<ArtifactFile, "digest" | "size">,
  request: RequestHeaders,
): FilePlan {
  const plan = planAnswer({ etag: `"${digest}"`, size, inParts: true }, request);
  plan.headers["repr-digest"] = `sha-256=:${Buffer.from(digest, "hex").toString("base64")}:`;
  return plan;
}

/** Bytes that are known before they are read. */
export interface Representation {
  /** A strong validator, with its quotes. */
  etag: string;
  /** Bytes. */
  size: number;
  /** Whether any part of them can be given alone; where not, `Range` is passed over. */
  inParts: boolean;
}

/** As `planFileAnswer`, of bytes that have no digest yet. */
export function planAnswer({ etag, size, inParts }: Representation, request: RequestHeaders): FilePlan {
  const headers: Record<string, string> = {
    etag,
    "accept-ranges": inParts ? "bytes" : "none",
    "cache-control": "no-cache",
  };
  if (isKnown(request["if-none-match"], etag)) return { status: 304, headers, wanted: "nothing" };
  const range = inParts ? chooseRange(request, etag, size) : undefined;
  if (range === "unsatisfiable") {
    return { status: 416, headers: { ...headers, "content-range": `bytes */${size}` }, wanted: "nothing" };
  }
  if (range === undefined) {
    return { status: 200, headers: { ...headers, "content-length": String(size) }, wanted: "everything" };
  }
  headers["content-range"] = `bytes ${range.start}-${range.end - 1}/${size}`;
  headers["content-length"] = String(range.end - range.start);
  return { status: 206, headers, wanted: range };
}

function isKnown(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  const tags = ifNoneMatch.split(",").map((tag) => tag.trim().replace(/^W\//, ""));
  return tags.includes("*") || tags.includes(etag);
}

function chooseRange(request: RequestHeaders, etag: string, size: number): ByteRange | "unsatisfiable" | undefined {
  const ifRange = request["if-range"];
  if (request.range === undefined || (ifRange !== undefined && ifRange.trim() !== etag)) return undefined;
  return parseRange(request.range, size);
}

/** Undefined where the header says nothing that we follow. */
function parseRange(header: string, size: number): ByteRange | "unsatisfiable" | undefined {
  const [, first, last] = /^bytes\s*=\s*(\d*)\s*-\s*(\d*)\s*$/i.exec(header) ?? [];
  if (first === undefined || last === undefined || first + last === "") return undefined;
  // `-500` is the last 500 bytes.
  const start = first === "" ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === "" || last === "" ? size : Math.min(size, Number(last) + 1);
  if (first !== "" && last !== "" && Number(last) < Number(first)) return undefined;
  return start < end ? { start, end } : "unsatisfiable";
}
