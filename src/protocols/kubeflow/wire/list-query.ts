import { allOf, equals } from "../../../core/filter/conditions.ts";
import type { Field, Filter } from "../../../core/filter/filter.ts";
import type { ListQuery } from "../../../core/filter/query.ts";
import type { Cursor, Page } from "../../../core/model/values.ts";
import { encodePageToken, readPageToken } from "../../page-token.ts";
import { badRequest } from "../errors.ts";
import type { FilterFields } from "../filter/filter-fields.ts";
import { parseFilterQuery } from "../filter/parser.ts";
import type { Query, QueryParameter } from "./query.ts";

/** Most items of one answer: a client that asks for everything gets so many, and a token for the rest. */
const MOST_ITEMS = 100_000;

/** The parameters of a list. */
export const LIST_PARAMETERS: readonly QueryParameter[] = [
  "filterQuery",
  "pageSize",
  "orderBy",
  "sortOrder",
  "nextPageToken",
  "pageToken",
];

/** The parameters of a list of what belongs to a parent. */
export const CHILD_LIST_PARAMETERS: readonly QueryParameter[] = ["name", "externalId", ...LIST_PARAMETERS];

/** What `orderBy` can name, and the attribute that it stands for. */
export const ORDERS: Readonly<Record<string, string>> = {
  ID: "id",
  NAME: "name",
  CREATE_TIME: "creationTime",
  LAST_UPDATE_TIME: "lastUpdateTime",
};

/** A list as a client asked for it, and the way to answer it. */
export interface ListRequest {
  readonly query: ListQuery;
  /** The answer's body. */
  answer<Item, WireItem>(page: Page<Item>, toWire: (item: Item) => WireItem): WireList<WireItem>;
}

export interface WireList<Item> {
  items: Item[];
  nextPageToken: string;
  /** As it was asked for; 0: everything. */
  pageSize: number;
  /** Of this page. */
  size: number;
}

/**
 * Reads the parameters of a list of what has these fields. An unknown `orderBy` is the order of ids, an unknown `sortOrder` is ascending, and `name` is looked at
 * before `externalId`, as upstream has it. Throws 400 for a `pageSize` that is no 32-bit integer, a token of another list, and a filter
 * that can't be parsed.
 */
export function parseListQuery(query: Query, fields: FilterFields, scope: unknown): ListRequest {
  const pageSize = parsePageSize(query.pageSize ?? "");
  const name = ORDERS[query.orderBy ?? ""] ?? "id";
  const descending = query.sortOrder === "DESC";
  const filter = allOf([parseFilterQuery(query.filterQuery ?? "", fields), exactly(query)]);
  const list = [scope, name, descending, query.filterQuery, query.name, query.externalId];
  const after = parsePageToken(query.nextPageToken || query.pageToken, list);
  return {
    query: {
      ...(filter && { filter }),
      order: [
        { field: { kind: "attribute", name }, descending },
        ...(name === "id" ? [] : [{ field: { kind: "attribute", name: "id" } as Field, descending }]),
      ],
      limit: pageSize > 0 ? Math.min(pageSize, MOST_ITEMS) : MOST_ITEMS,
      ...(after && { after }),
    },
    answer: (page, toWire) => ({
      items: page.items.map(toWire),
      nextPageToken: page.next ? encodePageToken(page.next, list) : "",
      pageSize,
      size: page.items.length,
    }),
  };
}

function parsePageSize(text: string): number {
  if (text === "") return 0;
  const size = /^[+-]?\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  if (Math.abs(size) < 2 ** 31) return size;
  throw badRequest("pageSize must be a 32-bit integer; 0 asks for everything.");
}

function parsePageToken(token: string | undefined, list: unknown): Cursor | undefined {
  if (!token) return undefined;
  const cursor = readPageToken(token, list);
  if (cursor) return cursor;
  throw badRequest("Invalid nextPageToken. Send the one of the page before, with the same filter and order.");
}

/** What `name` or `externalId` of a nested list asks for; the name wins. */
function exactly({ name, externalId }: Query): Filter | undefined {
  const [attribute, value] = name ? ["name", name] : ["externalId", externalId];
  if (!attribute || !value) return undefined;
  return equals(attribute, value);
}
