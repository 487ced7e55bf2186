import type { Experiment } from "../../../core/model/experiments.ts";
import type { Page } from "../../../core/model/values.ts";
import type { ExperimentReader } from "../../../core/ports/experiments.ts";
import type { SqlSession } from "../session.ts";

export async function searchExperiments(
  _session: SqlSession,
  _query: Parameters<ExperimentReader["searchExperiments"]>[0],
): Promise<Page<Experiment>> {
  throw new Error("searchExperiments is still to be written");
}
