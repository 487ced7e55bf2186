import type { Run } from "../../../core/model/runs.ts";
import type { Page } from "../../../core/model/values.ts";
import { completeRuns, type StoredRunRow } from "../run-data.ts";
import type { SqlSession } from "../session.ts";
import { checkQuerySize } from "./limits.ts";
import { ascending, descending, withTies } from "./orders.ts";
import { chooseScans } from "./plan.ts";
import { loadRows } from "./rows.ts";
import { runCandidates } from "./run-candidates.ts";
import { findKeys } from "./run-fields.ts";
import { sortedScan } from "./run-scans.ts";
import { type RunQuery, RunSearch } from "./run-search.ts";
import { runWalks } from "./run-walks.ts";
import { readPage, type Scan } from "./scan.ts";

export async function searchRuns(session: SqlSession, query: RunQuery): Promise<Page<Run>> {
  checkQuerySize(query);
  const order = withTies(query.order, [descending("startTime"), ascending("runId")]);
  const keys = await findKeys(session, query.filter, order);
  const search = new RunSearch(session.dialect, query, order, keys);
  const { ids, next } = await readPage(session, await scansOf(session, search), query);
  const rows = await loadRows<StoredRunRow>(session, "SELECT * FROM runs", "id", ids);
  return { items: await completeRuns(session, rows), ...(next && { next }) };
}

async function scansOf(session: SqlSession, search: RunSearch): Promise<readonly Scan[]> {
  if (search.isMatch("r.id") === false || search.experimentIds.length === 0) return [];
  return chooseScans(session, {
    walks: runWalks(search),
    sorted: (candidates) => sortedScan(search, candidates),
    candidates: runCandidates(search),
    table: "runs",
    limit: search.query.limit,
  });
}
