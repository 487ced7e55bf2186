import type { RecordLookup } from "../../../core/ports/records.ts";
import { badRequest } from "../errors.ts";
import { parseId, type Query } from "./query.ts";

/** What finds one resource: its name, which wins, or its external id. Throws 400 for neither. */
export function parseFindQuery({ name, externalId }: Query): RecordLookup {
  if (name) return { name };
  if (externalId) return { externalId };
  throw badRequest("Say what to find: give name or externalId.");
}

/** As `parseFindQuery`, for what has a name within a parent only: the name comes with `parentResourceId`. */
export function parseChildFindQuery({
  name,
  externalId,
  parentResourceId,
}: Query): { name: string; parentId: number } | { externalId: string } {
  if (name && parentResourceId) return { name, parentId: parseId("parentResourceId", parentResourceId) };
  if (externalId) return { externalId };
  throw badRequest("Say what to find: give name and parentResourceId, or externalId.");
}
