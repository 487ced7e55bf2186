import type { Condition, Field } from "../../../core/filter/filter.ts";
import { type Candidates, candidatesOf } from "./candidates.ts";
import type { Column } from "./column.ts";
import { rangeOf } from "./comparisons.ts";
import { allOf, type Predicate, toSql } from "./predicates.ts";
import { KEYED_TABLES, RUN_COLUMNS, RUN_INDEXES } from "./run-fields.ts";
import type { RunSearch } from "./run-search.ts";
import { sql, words } from "./sql.ts";
import { isInView } from "./views.ts";

type KeyedField = Extract<Field, { key: string }>;

/** Sets of runs that hold every match of the search, each answered by an index. */
export function runCandidates(search: RunSearch): Candidates | undefined {
  const { filter, view } = search.query;
  const found = filter && candidatesOf(filter, (field, conditions) => fieldCandidates(search, field, conditions));
  if (view !== "deleted") return found;
  const deleted = runsByIndex(search, "runs_deleted", isInView("r.lifecycle_stage", "deleted"));
  return { kind: "choice", of: found ? [found, deleted] : [deleted] };
}

function fieldCandidates(search: RunSearch, field: Field, conditions: readonly Condition[]): Candidates | undefined {
  const present = conditions.some((condition) => condition.kind !== "presence" || condition.present);
  if (!present) return undefined;
  switch (field.kind) {
    case "attribute":
      return attributeCandidates(search, field.name, conditions);
    case "dataset":
      return datasetCandidates(search, field.name, conditions);
    default:
      return keyedCandidates(search, field, conditions);
  }
}

/** Runs that have the key, and where an index can tell, the value. */
function keyedCandidates(search: RunSearch, field: KeyedField, conditions: readonly Condition[]): Candidates {
  const key = search.keys.get(field.key);
  if (key === undefined) return { kind: "union", of: [] };
  const { table, index, type } = KEYED_TABLES[field.kind];
  const range = indexRange(search, { name: "x.value", type, nullable: false }, conditions);
  const where = allOf([search.isInExperiments("x.experiment"), sql`x.key = ${key}`, range]);
  const from = words(`${table} x${search.dialect.indexedBy(index)}`);
  return { kind: "rows", select: sql`SELECT x.run AS id FROM ${from} WHERE ${toSql(where)}` };
}

function attributeCandidates(
  search: RunSearch,
  name: string,
  conditions: readonly Condition[],
): Candidates | undefined {
  const column = RUN_COLUMNS[name];
  const range = column === undefined || indexRange(search, column, conditions);
  if (range === true) return undefined;
  if (name === "runId") return { kind: "rows", select: sql`SELECT r.id FROM runs r WHERE ${toSql(range)}` };
  const index = RUN_INDEXES[name];
  return index === undefined ? undefined : runsByIndex(search, index, range);
}

function runsByIndex(search: RunSearch, index: string, range: Predicate): Candidates {
  const where = allOf([search.isInExperiments("r.experiment"), range]);
  const from = words(`runs r${search.dialect.indexedBy(index)}`);
  return { kind: "rows", select: sql`SELECT r.id FROM ${from} WHERE ${toSql(where)}` };
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
    indexRange(search, column, conditions.filter((condition) => condition.kind !== "presence").slice(0, 1)),
    words("x.dataset = d.id"),
  ]);
  const from = words("datasets d CROSS JOIN run_datasets x");
  return { kind: "rows", select: sql`SELECT DISTINCT x.run AS id FROM ${from} WHERE ${toSql(where)}` };
}

function indexRange({ dialect }: RunSearch, column: Column, conditions: readonly Condition[]): Predicate {
  return allOf(conditions.map((condition) => condition.kind === "presence" || rangeOf(dialect, column, condition)));
}
