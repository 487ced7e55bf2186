import type { Condition, OrderKey } from "../../../core/filter/filter.ts";
import type { RunReader } from "../../../core/ports/runs.ts";
import type { SqlDialect } from "../dialects/dialect.ts";
import { compileFilter, requiredConditions } from "./filters.ts";
import { allOf, type Predicate } from "./predicates.ts";
import { type KeyIds, RunFields } from "./run-fields.ts";
import { sql, words } from "./sql.ts";
import { isInView } from "./views.ts";

export type RunQuery = Parameters<RunReader["searchRuns"]>[0];

/** What all ways to answer one search for runs have in common. */
export class RunSearch {
  readonly dialect: SqlDialect;
  readonly query: RunQuery;
  /** With the tie-break. */
  readonly order: readonly OrderKey[];
  readonly keys: KeyIds;
  readonly experimentIds: readonly number[];
  /** Conditions that every match fulfils. */
  readonly required: readonly Condition[];

  constructor(dialect: SqlDialect, query: RunQuery, order: readonly OrderKey[], keys: KeyIds) {
    this.dialect = dialect;
    this.query = query;
    this.order = order;
    this.keys = keys;
    this.experimentIds = [...new Set(query.experimentIds)];
    this.required = requiredConditions(query.filter);
  }

  /** The fields of the run whose number is in the column `run`. */
  fields(run: string): RunFields {
    return new RunFields(this.dialect, this.keys, run);
  }

  isInExperiments(column: string): Predicate {
    const [first, ...others] = this.experimentIds;
    if (first === undefined) return false;
    if (others.length === 0) return sql`${words(column)} = ${first}`;
    const { inList, listParameter } = this.dialect;
    return { text: inList(column, "integer"), parameters: [listParameter(this.experimentIds)] };
  }

  /** Whether the run `r`, whose number is in the column `run` too, is a match; its experiment is not looked at. */
  isMatch(run: string): Predicate {
    const { filter, view } = this.query;
    return allOf([
      isInView("r.lifecycle_stage", view),
      filter === undefined || compileFilter(this.fields(run), filter),
    ]);
  }
}
