import { createHash } from "node:crypto";
import { parseJson, toJson } from "../../../core/json.ts";
import type { Cursor, CursorValue } from "../../../core/model/values.ts";
import { invalidParameter } from "../errors.ts";

/**
 * Page tokens: where the page before ended, and a fingerprint of the query, so that a token is refused where the query is another one
 * instead of giving pages that do not fit together.
 */
export function encodePageToken(cursor: Cursor, query: unknown): string {
  return Buffer.from(toJson([fingerprint(query), ...cursor])).toString("base64url");
}

/** Returns undefined for no token. Throws INVALID_PARAMETER_VALUE for one that was not made for this query. */
export function decodePageToken(token: string | undefined, query: unknown): Cursor | undefined {
  if (token === undefined || token === "") return undefined;
  const [tokenFingerprint, ...cursor] = parseToken(token);
  if (tokenFingerprint !== fingerprint(query) || !cursor.every(isCursorValue)) throw invalidToken();
  return cursor;
}

function parseToken(token: string): unknown[] {
  try {
    const value = parseJson(Buffer.from(token, "base64url").toString());
    if (Array.isArray(value)) return value;
  } catch {
    // Not a token of ours, like any other text.
  }
  throw invalidToken();
}

function fingerprint(query: unknown): string {
  return createHash("sha256").update(toJson(query)).digest("base64url").slice(0, 8);
}

function isCursorValue(value: unknown): value is CursorValue {
  return value === null || ["string", "number", "bigint"].includes(typeof value);
}

function invalidToken(): Error {
  return invalidParameter(
    "Invalid page token. Send the next_page_token of the page before, with the same filter, order and ids.",
  );
}
