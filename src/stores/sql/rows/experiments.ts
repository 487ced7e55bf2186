import type { Experiment } from "../../../core/model/experiments.ts";
import type { ExperimentRow, ExperimentTagRow } from "../schema.ts";
import type { SqlSession } from "../session.ts";

/** A row of `experiments` as a SELECT gives it. */
export type StoredExperimentRow = Omit<ExperimentRow, "id"> & { id: number };

/** Completes rows with their tags, in one statement for all of them; keeps their order. */
export async function withTags(session: SqlSession, rows: readonly StoredExperimentRow[]): Promise<Experiment[]> {
  if (rows.length === 0) return [];
  const { inList, listParameter } = session.dialect;
  const tags = await session.all<ExperimentTagRow>(
    `SELECT experiment, key, value FROM experiment_tags WHERE ${inList("experiment", "integer")} ORDER BY experiment, key`,
    [listParameter(rows.map((row) => row.id))],
  );
  const tagsOf = Map.groupBy(tags, (tag) => tag.experiment);
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    artifactLocation: row.artifact_location,
    lifecycleStage: row.lifecycle_stage,
    ...(row.owner && { owner: row.owner }),
    creationTime: row.creation_time,
    lastUpdateTime: row.last_update_time,
    tags: (tagsOf.get(row.id) ?? []).map(({ key, value }) => ({ key, value })),
  }));
}
