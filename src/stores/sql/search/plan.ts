import type { SqlSession } from "../session.ts";
import { type Candidates, fewCandidates } from "./candidates.ts";
import type { Scan } from "./scan.ts";
import type { Sql } from "./sql.ts";

/** A statement can walk for each of so many experiments on their own; more are sorted instead. */
export const MAXIMUM_WALKS = 100;

/** The ways in which one search can be answered. */
export interface Plans {
  /** Along indexes, in the order of the search; undefined where no index has its first key. */
  readonly walks: readonly Scan[] | undefined;
  /** Reads the candidates, or everything, and sorts. */
  sorted(candidates?: Sql): Scan;
  readonly candidates: Candidates | undefined;
  /** The table of what is searched. */
  readonly table: string;
  readonly limit: number;
  /** So many candidates are sorted, however short a walk promises to be: where neighbours are alike, it may be far longer. */
  readonly alwaysFew?: number;
}

/** How many steps of a walk cost as much as one candidate, which is looked up and sorted. */
const CANDIDATE_COST = 4;

/** Walks along the index of the order, or where the filter has few candidates, reads and sorts those. */
export async function chooseScans(session: SqlSession, plans: Plans): Promise<readonly Scan[]> {
  const { walks, sorted } = plans;
  const select = await chooseCandidates(session, { ...plans, canWalk: walks !== undefined });
  return select || walks === undefined ? [sorted(select)] : walks;
}

/**
 * The candidates, if they are few enough to be read and sorted. A walk along the index of the order probes the conditions on the way
 * and ends with the page: if it finds every n-th row, it makes `limit * n` steps, and then `rows / n` are candidates. They cost the same
 * where there are `sqrt(limit * rows)` of them.
 */
export async function chooseCandidates(
  session: SqlSession,
  { canWalk, candidates, table, limit, alwaysFew = 0 }: Omit<Plans, "walks" | "sorted"> & { canWalk: boolean },
): Promise<Sql | undefined> {
  if (candidates === undefined) return undefined;
  const [row] = await session.tuples<[number | null]>(`SELECT max(id) FROM ${table}`);
  const rows = row?.[0] ?? 0;
  const few = canWalk ? Math.sqrt((limit * rows) / CANDIDATE_COST) : rows / CANDIDATE_COST;
  return fewCandidates(session, candidates, Math.max(Math.ceil(few), alwaysFew) + 1);
}
