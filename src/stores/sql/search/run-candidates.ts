import type { Condition, Field } from "../../../core/filter/filter.ts";
import { type Candidates, candidatesOf, rowsOf } from "./candidates.ts";
import type { Column } from "./column.ts";
import { rangeOfAll } from "./comparisons.ts";
import { allOf, type Predicate } from "./predicates.ts";
import { KEYED_TABLES, type KeyedField, RUN_COLUMNS, RUN_INDEXES } from "./run-fields.ts";
import type { RunSearch } from "./run-search.ts";
import { sql, words } from "./sql.ts";
import { isInView } from "./views.ts";

/** Sets of runs that hold every match of the search, each answered by an index. */
export function runCandidates(search: RunSearch): Candidates | undefined {
  const { filter, view } = search.query;
  const found = filter && candidatesOf(filter, (field, conditions) => fieldCandidates(search, field, conditions));
  if (view !== "deleted") return found;
  const deleted = runsByIndex(search, "runs_deleted", isInView("r.lifecycle_stage", "deleted"));
  return { kind: "choice", of: found ? [found, deleted] : [deleted] };
}

function fieldCandidates(search: RunSearch, field: Field, conditions: readonly Condition[]): Candidates | undefined {
  switch (field.kind) {
    case "attribute":
      return attributeCandidates(search, field.name, conditions);
    case "dataset":
      return datasetCandidates(search, field.name, conditions);
    case "property":
      return undefined;
    default:
      return keyedCandidates(search, field, conditions);
  }
}

/** Runs that have the key, and where an index can tell, the value. */
function keyedCandidates(search: RunSearch, field: KeyedField, conditions: readonly Condition[]): Candidates {
  const key = search.keys.get(field.key);
  if (key === undefined) return { kind: "union", of: [] };
  const { table, index, type } = KEYED_TABLES[field.kind];
  const range = rangeOfAll(search.dialect, { name: "x.value", type, nullable: false }, conditions);
  const where = allOf([search.isInExperiments("x.experiment"), sql`x.key = ${key}`, range]);
  return rowsOf("x.run", `${table} x${search.dialect.indexedBy(index)}`, where);
}

function attributeCandidates(
  search: RunSearch,
  name: string,
  conditions: readonly Condition[],
): Candidates | undefined {
  const column = RUN_COLUMNS[name];
  const range = column === undefined || rangeOfAll(search.dialect, column, conditions);
  if (range === true) return undefined;
  if (name === "runId") return rowsOf("r.id", "runs r", range);
  const index = RUN_INDEXES[name];
  return index === undefined ? undefined : runsByIndex(search, index, range);
}

function runsByIndex(search: RunSearch, index: string, range: Predicate): Candidates {
  const where = allOf([search.isInExperiments("r.experiment"), range]);
  return rowsOf("r.id", `runs r${search.dialect.indexedBy(index)}`, where);
}

/** An experiment has few datasets, and each knows its runs. A run has several: two conditions need not be about the same one. */
function datasetCandidates(
  search: RunSearch,
  name: "name" | "digest" | "context",
  conditions: readonly Condition[],
): Candidates | undefined {
  if (name === "context") return undefined;
  const column: Column = { name: `d.${name}`, type: "text", nullable: false };
  const where = allOf([
    search.isInExperiments("d.experiment"),
    rangeOfAll(search.dialect, column, conditions.filter((condition) => condition.kind !== "presence").slice(0, 1)),
    words("x.dataset = d.id"),
  ]);
  return rowsOf("DISTINCT x.run", "datasets d CROSS JOIN run_datasets x", where);
}
