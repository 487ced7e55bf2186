import type { Run } from "../../../core/model/runs.ts";
import type { Page } from "../../../core/model/values.ts";
import { completeRuns, type StoredRunRow } from "../run-data.ts";
import type { SqlSession } from "../session.ts";
import { fewCandidates } from "./candidates.ts";
import { checkQuerySize } from "./limits.ts";
import { ascending, descending, withTies } from "./orders.ts";
import { loadRows } from "./rows.ts";
import { runCandidates } from "./run-candidates.ts";
import { findKeys } from "./run-fields.ts";
import { sortedScan } from "./run-scans.ts";
import { type RunQuery, RunSearch } from "./run-search.ts";
import { runWalks } from "./run-walks.ts";
import { readPage, type Scan } from "./scan.ts";

/** How many steps of a walk cost as much as one candidate, whose run is read and sorted. */
const CANDIDATE_COST = 4;

export async function searchRuns(session: SqlSession, query: RunQuery): Promise<Page<Run>> {
  checkQuerySize(query);
  const order = withTies(query.order, [descending("startTime"), ascending("runId")]);
  const keys = await findKeys(session, query.filter, order);
  const search = new RunSearch(session.dialect, query, order, keys);
  const { ids, next } = await readPage(session, await planScans(session, search), query);
  const rows = await loadRows<StoredRunRow>(session, "SELECT * FROM runs", "id", ids);
  return { items: await completeRuns(session, rows), ...(next && { next }) };
}

/**
 * Walks along the index of the order and probes the conditions on the way, which ends with the page; where the filter has few
 * candidates, reads and sorts those instead. A walk that finds every n-th run makes `limit * n` steps, and then `runs / n` are
 * candidates: they cost the same where there are `sqrt(limit * runs)` of them.
 */
async function planScans(session: SqlSession, search: RunSearch): Promise<Scan[]> {
  if (search.isMatch("r.id") === false || search.experimentIds.length === 0) return [];
  const walks = runWalks(search);
  const candidates = runCandidates(search);
  if (candidates === undefined) return walks ?? [sortedScan(search)];
  const [row] = await session.tuples<[number | null]>("SELECT max(id) FROM runs");
  const runs = row?.[0] ?? 0;
  const few = walks ? Math.sqrt((search.query.limit * runs) / CANDIDATE_COST) : runs / CANDIDATE_COST;
  const select = await fewCandidates(session, candidates, Math.ceil(few) + 1);
  return select || walks === undefined ? [sortedScan(search, select)] : walks;
}
