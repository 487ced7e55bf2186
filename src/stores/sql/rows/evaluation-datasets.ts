import type { DatasetSchema, EvaluationDataset } from "../../../core/model/evaluation-datasets.ts";
import type { EvaluationDatasetHandle } from "../../../core/ports/evaluation-datasets.ts";
import type { EvaluationDatasetRow, EvaluationDatasetTagRow } from "../schema.ts";
import type { SqlSession } from "../session.ts";

/** A row of `evaluation_datasets` as a SELECT gives it. */
export type StoredEvaluationDatasetRow = Omit<EvaluationDatasetRow, "id"> & { id: number };

/** Completes rows with their tags, in one statement for all of them; keeps their order. */
export async function completeEvaluationDatasets(
  session: SqlSession,
  rows: readonly StoredEvaluationDatasetRow[],
): Promise<EvaluationDatasetHandle[]> {
  if (rows.length === 0) return [];
  const { inList, listParameter } = session.dialect;
  const tags = await session.all<EvaluationDatasetTagRow>(
    `SELECT dataset, key, value FROM evaluation_dataset_tags WHERE ${inList("dataset", "integer")} ORDER BY dataset, key`,
    [listParameter(rows.map((row) => row.id))],
  );
  const tagsOf = Map.groupBy(tags, (tag) => tag.dataset);
  return rows.map((row) => ({
    rowId: row.id,
    ...toDataset(row),
    tags: (tagsOf.get(row.id) ?? []).map(({ key, value }) => ({ key, value })),
  }));
}

function toDataset(row: StoredEvaluationDatasetRow): Omit<EvaluationDataset, "tags"> {
  return {
    datasetId: row.dataset_id,
    name: row.name,
    digest: row.digest,
    ...(row.schema !== null && { schema: JSON.parse(row.schema) as DatasetSchema }),
    recordCount: row.record_count,
    creationTime: row.creation_time,
    lastUpdateTime: row.last_update_time,
    ...(row.created_by !== null && { createdBy: row.created_by }),
    ...(row.last_updated_by !== null && { lastUpdatedBy: row.last_updated_by }),
  };
}
