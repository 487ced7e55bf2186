import { compileFilter } from "./filters.ts";
import { termsOf } from "./orders.ts";
import { allOf, type Predicate } from "./predicates.ts";
import type { RunSearch } from "./run-search.ts";
import type { Scan } from "./scan.ts";
import { type Sql, sql, words } from "./sql.ts";
import { fixedTerm, type Term } from "./terms.ts";

/** Reads the candidates, or all runs of the experiments, and sorts the matches. */
export function sortedScan(search: RunSearch, candidates?: Sql): Scan {
  return {
    from: candidates ? sql`(${candidates}) AS c CROSS JOIN runs r` : words("runs r"),
    where: allOf([
      candidates === undefined || words("r.id = c.id"),
      search.isInExperiments("r.experiment"),
      search.isMatch("r.id"),
    ]),
    id: "r.id",
    terms: termsOf(search.fields("r.id"), search.order),
  };
}

/** The runs that lack the first `passed` keys of the order, sorted by the rest. */
export function sortedRest(search: RunSearch, passed: number): Scan {
  return {
    ...sortedScan(search),
    where: allOf([search.isInExperiments("r.experiment"), search.isMatch("r.id"), lacks(search, passed, "r.id")]),
    terms: [...lackedTerms(search, passed), ...termsOf(search.fields("r.id"), search.order.slice(passed))],
  };
}

interface Walk {
  /** Tables; the first has an index that begins with the experiment and then has the key of the order. */
  from: string;
  /** The columns of the experiment and of the run's number in the first table. */
  experiment: string;
  run: string;
  where: Predicate;
  /** The key's terms, read from the index. */
  terms: readonly Term[];
}

/** Runs in the order of an index, for each experiment on its own; they lack the keys of the order before number `passed`. */
export function walk(search: RunSearch, passed: number, { from, experiment, run, where, terms }: Walk): Scan {
  return {
    from: words(from),
    where: allOf([where, search.isMatch(run), lacks(search, passed, run)]),
    id: "r.id",
    terms: [
      ...lackedTerms(search, passed),
      ...terms,
      ...termsOf(search.fields("r.id"), search.order.slice(passed + 1)),
    ],
    eachOf: { column: experiment, values: search.experimentIds },
  };
}

function lacks(search: RunSearch, passed: number, run: string): Predicate {
  const fields = search.fields(run);
  const keys = search.order.slice(0, passed);
  return allOf(keys.map(({ field }) => compileFilter(fields, { kind: "presence", field, present: false })));
}

function lackedTerms(search: RunSearch, passed: number): Term[] {
  return termsOf(search.fields("r.id"), search.order.slice(0, passed)).map(() => fixedTerm(null));
}
