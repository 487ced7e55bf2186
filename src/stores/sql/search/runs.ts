import type { Run } from "../../../core/model/runs.ts";
import type { Page } from "../../../core/model/values.ts";
import type { RunReader } from "../../../core/ports/runs.ts";
import { completeRuns, type StoredRunRow } from "../run-data.ts";
import type { SqlSession } from "../session.ts";
import { compileFilter } from "./filters.ts";
import { checkQuerySize } from "./limits.ts";
import { ascending, descending, termsOf, withTies } from "./orders.ts";
import { allOf } from "./predicates.ts";
import { loadRows } from "./rows.ts";
import { findKeys, RunFields } from "./run-fields.ts";
import { readPage } from "./scan.ts";
import { words } from "./sql.ts";
import { isInView } from "./views.ts";

type RunQuery = Parameters<RunReader["searchRuns"]>[0];

export async function searchRuns(session: SqlSession, query: RunQuery): Promise<Page<Run>> {
  checkQuerySize(query);
  const { dialect } = session;
  const order = withTies(query.order, [descending("startTime"), ascending("runId")]);
  const fields = new RunFields(dialect, await findKeys(session, query.filter, order), "r.id");
  const scan = {
    from: words("runs r"),
    where: allOf([
      { text: dialect.inList("r.experiment", "integer"), parameters: [dialect.listParameter(query.experimentIds)] },
      isInView("r.lifecycle_stage", query.view),
      query.filter === undefined || compileFilter(fields, query.filter),
    ]),
    id: "r.id",
    terms: termsOf(fields, order),
  };
  const { ids, next } = await readPage(session, [scan], query);
  const rows = await loadRows<StoredRunRow>(session, "SELECT * FROM runs", "id", ids);
  return { items: await completeRuns(session, rows), ...(next && { next }) };
}
