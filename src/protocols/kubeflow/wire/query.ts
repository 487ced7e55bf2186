import { badRequest } from "../errors.ts";
import { MAXIMUM_NAME_LENGTH } from "../schema/common.ts";

/** The parameters that some operation takes in its query string. */
export const QUERY_PARAMETERS = [
  "filterQuery",
  "name",
  "externalId",
  "parentResourceId",
  "artifactType",
  "stepIds",
  "pageSize",
  "orderBy",
  "sortOrder",
  "nextPageToken",
  "pageToken",
] as const;

export type QueryParameter = (typeof QUERY_PARAMETERS)[number];

/** What a client sent in the query string; of a parameter that comes twice, the first value. */
export type Query = { readonly [Name in QueryParameter]?: string };

/** Reads the parameters that are known; others are ignored. Throws 400 for a null byte, which no store keeps. */
export function parseQuery(text: string): Query {
  if (text === "") return {};
  const query: { [Name in QueryParameter]?: string } = {};
  const parameters = new URLSearchParams(text);
  for (const name of QUERY_PARAMETERS) {
    const value = parameters.get(name);
    if (value === null) continue;
    if (value.includes("\0")) throw badRequest(`${name} has a null byte in it, which nothing here has.`);
    query[name] = value;
  }
  return query;
}

const HIGHEST_INT = 2 ** 31 - 1;

/** The number of a resource, from a path, a query or a body. Throws 400 for what is no 32-bit integer. */
export function parseId(name: string, text: string): number {
  const id = /^-?\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  if (Math.abs(id) <= HIGHEST_INT) return id;
  throw badRequest(`${name} must be a 32-bit integer, not ${JSON.stringify(text.slice(0, MAXIMUM_NAME_LENGTH))}.`);
}
