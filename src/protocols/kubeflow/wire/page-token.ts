import { createHash } from "node:crypto";
import { parseJson, toJson } from "../../../core/json.ts";
import type { Cursor, CursorValue } from "../../../core/model/values.ts";
import { badRequest } from "../errors.ts";

/**
 * Page tokens: where the page before ended, and a fingerprint of the list, so that a token is refused where the list or its order is
 * another one instead of giving pages that do not fit together.
 */
export function encodePageToken(cursor: Cursor | undefined, list: unknown): string {
  if (cursor === undefined) return "";
  return Buffer.from(toJson([fingerprint(list), ...cursor])).toString("base64url");
}

/** Returns undefined for no token. Throws 400 for one that was not made for this list. */
export function decodePageToken(token: string, list: unknown): Cursor | undefined {
  if (token === "") return undefined;
  const [tokenFingerprint, ...cursor] = parseToken(token);
  if (tokenFingerprint === fingerprint(list) && cursor.every(isCursorValue)) return cursor;
  throw invalidToken();
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

function fingerprint(list: unknown): string {
  return createHash("sha256").update(toJson(list)).digest("base64url").slice(0, 8);
}

function isCursorValue(value: unknown): value is CursorValue {
  return value === null || ["string", "number", "bigint"].includes(typeof value);
}

function invalidToken(): Error {
  return badRequest("Invalid nextPageToken. Send the one of the page before, with the same filter and order.");
}
