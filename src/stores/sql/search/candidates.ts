import type { Condition, Field, Filter } from "../../../core/filter/filter.ts";
import type { SqlSession } from "../session.ts";
import { requiredConditions } from "./filters.ts";
import { fieldIdentity } from "./orders.ts";
import { type Predicate, toSql } from "./predicates.ts";
import { joined, type Sql, sql, words } from "./sql.ts";

/** A set of rows, cheap to read, that holds every match of a filter. */
export type Candidates =
  /** A query of ids, which an index answers. */
  | { readonly kind: "rows"; readonly select: Sql }
  /** The rows of all of these. */
  | { readonly kind: "union"; readonly of: readonly Candidates[] }
  /** Any one of these will do. */
  | { readonly kind: "choice"; readonly of: readonly Candidates[] };

/** Most sets that are counted before a search: each count costs as much as the reading of some rows. */
const MAXIMUM_COUNTS = 12;

/** The rows of a query of one column, the id. SQLite refuses to enter an index for a condition that is never true. */
export function rowsOf(id: string, from: string, where: Predicate): Candidates {
  if (where === false) return { kind: "union", of: [] };
  return { kind: "rows", select: sql`SELECT ${words(`${id} AS id FROM ${from}`)} WHERE ${toSql(where)}` };
}

/** The candidates of conditions on one field which all have to hold, and which what lacks the field can't fulfil. */
export type FindCandidates = (field: Field, conditions: readonly Condition[]) => Candidates | undefined;

/** The candidates of a filter. Undefined where an index can't tell. */
export function candidatesOf(filter: Filter, find: FindCandidates): Candidates | undefined {
  switch (filter.kind) {
    case "and":
      return candidatesOfAll(filter.operands, find);
    case "or": {
      const of = filter.operands.map((operand) => candidatesOf(operand, find));
      return of.includes(undefined) ? undefined : { kind: "union", of: of.filter((found) => found !== undefined) };
    }
    case "not":
      return undefined;
    default:
      return candidatesOfField([filter], find);
  }
}

/** Conditions on one field are one range of its index: `m > 0.8 AND m < 0.81` are few, though each of the two may be many. */
function candidatesOfAll(operands: readonly Filter[], find: FindCandidates): Candidates | undefined {
  const required = operands.flatMap(requiredConditions);
  const ofField = Map.groupBy(required, (condition) => fieldIdentity(condition.field));
  const composite = operands.filter((operand) => operand.kind === "or");
  const of = [
    ...[...ofField.values()].map((conditions) => candidatesOfField(conditions, find)),
    ...composite.map((operand) => candidatesOf(operand, find)),
  ].filter((found) => found !== undefined);
  return of.length === 0 ? undefined : { kind: "choice", of };
}

function candidatesOfField(conditions: readonly Condition[], find: FindCandidates): Candidates | undefined {
  const [present] = conditions.filter((condition) => condition.kind !== "presence" || condition.present);
  return present && find(present.field, conditions);
}

/** A query of the ids of the smallest set of candidates, if that has fewer than `limit` rows; counts no further than that. */
export async function fewCandidates(
  session: SqlSession,
  candidates: Candidates,
  limit: number,
): Promise<Sql | undefined> {
  const selects = selectsOf(candidates).slice(0, MAXIMUM_COUNTS);
  const counts = selects.map((select) => sql`(SELECT count(*) FROM (${select} LIMIT ${limit}) AS counted)`);
  const { text, parameters } = sql`SELECT ${joined(counts, ", ")}`;
  const [row = []] = selects.length === 0 ? [] : await session.tuples<number[]>(text, parameters);
  const countOf = new Map(selects.map((select, index) => [select, row[index] ?? limit]));
  const smallest = choose(candidates, (select) => countOf.get(select) ?? limit);
  return smallest.count < limit ? smallest.select : undefined;
}

function selectsOf(candidates: Candidates): Sql[] {
  return candidates.kind === "rows" ? [candidates.select] : candidates.of.flatMap(selectsOf);
}

interface Counted {
  count: number;
  select: Sql;
}

const NOTHING: Counted = { count: 0, select: words("SELECT 0 AS id WHERE FALSE") };

function choose(candidates: Candidates, countOf: (select: Sql) => number): Counted {
  if (candidates.kind === "rows") return { count: countOf(candidates.select), select: candidates.select };
  const of = candidates.of.map((each) => choose(each, countOf));
  if (candidates.kind === "choice") return of.reduce((best, each) => (each.count < best.count ? each : best));
  const [first = NOTHING, ...others] = of;
  if (others.length === 0) return first;
  return {
    count: of.reduce((sum, each) => sum + each.count, 0),
    select: joined(
      of.map((each) => each.select),
      " UNION ",
    ),
  };
}
