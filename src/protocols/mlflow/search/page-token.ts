import type { Cursor } from "../../../core/model/values.ts";
import { readPageToken } from "../../page-token.ts";
import { invalidParameter } from "../errors.ts";

/** Returns undefined for no token. Throws INVALID_PARAMETER_VALUE for one that was not made for this query. */
export function decodePageToken(token: string | undefined, query: unknown): Cursor | undefined {
  if (token === undefined || token === "") return undefined;
  const cursor = readPageToken(token, query);
  if (cursor) return cursor;
  throw invalidParameter(
    "Invalid page token. Send the next_page_token of the page before, with the same filter, order and ids.",
  );
}
