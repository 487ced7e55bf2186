import type { ViewType } from "../../../core/filter/query.ts";
import type { Predicate } from "./predicates.ts";
import { words } from "./sql.ts";

/** Whether the view shows a row; `column` is its lifecycle stage. Literals, so that an index of one stage alone can serve. */
export function isInView(column: string, view: ViewType): Predicate {
  return view === "all" || words(`${column} = '${view === "active" ? "active" : "deleted"}'`);
}
