import { createHash } from "node:crypto";
import { parseJson, toJson } from "../core/json.ts";
import type { Cursor, CursorValue } from "../core/model/values.ts";

/**
 * Page tokens: where the page before ended, and a fingerprint of the query, so that a token is refused where the query is another one
 * instead of giving pages that do not fit together.
 */
export function encodePageToken(cursor: Cursor, query: unknown): string {
  return Buffer.from(toJson([fingerprint(query), ...cursor])).toString("base64url");
}

/** Where the page before ended; undefined for a text that is no token of this query. */
export function readPageToken(token: string, query: unknown): Cursor | undefined {
  const [tokenFingerprint, ...cursor] = parseToken(token);
  return tokenFingerprint === fingerprint(query) && cursor.every(isCursorValue) ? cursor : undefined;
}

function parseToken(token: string): unknown[] {
  try {
    const value = parseJson(Buffer.from(token, "base64url").toString());
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}

function fingerprint(query: unknown): string {
  return createHash("sha256").update(toJson(query)).digest("base64url").slice(0, 8);
}

function isCursorValue(value: unknown): value is CursorValue {
  return value === null || ["string", "number", "bigint"].includes(typeof value);
}
