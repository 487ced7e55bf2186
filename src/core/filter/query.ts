import type { Cursor } from "../model/values.ts";
import type { Filter, OrderKey } from "./filter.ts";

/** A list request: what to match, in which order, how many, and where the page before ended. */
export interface ListQuery {
  filter?: Filter;
  /** The store appends its own tie-breaker, so that the order is total and pages are stable while rows are added. */
  order: readonly OrderKey[];
  /** Page size, at least 1. */
  limit: number;
  after?: Cursor;
}

/** Which lifecycle stages a list shows. */
export type ViewType = "active" | "deleted" | "all";
