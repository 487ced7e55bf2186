import type { ViewType } from "../../../core/filter/query.ts";
import { enumeration } from "./types.ts";

export const viewType = enumeration({ ACTIVE_ONLY: 1, DELETED_ONLY: 2, ALL: 3 });

export const viewTypes = { ACTIVE_ONLY: "active", DELETED_ONLY: "deleted", ALL: "all" } as const satisfies Record<
  string,
  ViewType
>;
