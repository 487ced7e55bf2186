import type { Run } from "../../../core/model/runs.ts";
import type { Page } from "../../../core/model/values.ts";
import type { RunReader } from "../../../core/ports/runs.ts";
import type { SqlSession } from "../session.ts";

export async function searchRuns(
  _session: SqlSession,
  _query: Parameters<RunReader["searchRuns"]>[0],
): Promise<Page<Run>> {
  throw new Error("searchRuns is still to be written");
}
