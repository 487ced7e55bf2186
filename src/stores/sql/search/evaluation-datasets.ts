import type { EvaluationDataset } from "../../../core/model/evaluation-datasets.ts";
import type { Page } from "../../../core/model/values.ts";
import type { EvaluationDatasetReader } from "../../../core/ports/evaluation-datasets.ts";
import { completeEvaluationDatasets, type StoredEvaluationDatasetRow } from "../rows/evaluation-datasets.ts";
import type { SqlSession } from "../session.ts";
import type { Column } from "./column.ts";
import { compileFilter } from "./filters.ts";
import { checkQuerySize } from "./limits.ts";
import { descending, termsOf, withTies } from "./orders.ts";
import { allOf, type Predicate } from "./predicates.ts";
import { loadRows } from "./rows.ts";
import { readPage } from "./scan.ts";
import { joined, sql, words } from "./sql.ts";
import { TaggedFields } from "./tagged-fields.ts";

type Query = Parameters<EvaluationDatasetReader["searchEvaluationDatasets"]>[0];

const COLUMNS: Readonly<Record<string, Column>> = {
  datasetId: { name: "d.dataset_id", type: "text", nullable: false },
  name: { name: "d.name", type: "text", nullable: false },
  creationTime: { name: "d.creation_time", type: "integer", nullable: false },
  lastUpdateTime: { name: "d.last_update_time", type: "integer", nullable: false },
  createdBy: { name: "d.created_by", type: "text", nullable: true },
  lastUpdatedBy: { name: "d.last_updated_by", type: "text", nullable: true },
};

export async function searchEvaluationDatasets(session: SqlSession, query: Query): Promise<Page<EvaluationDataset>> {
  checkQuerySize(query);
  const fields = new TaggedFields(session.dialect, {
    id: "d.id",
    columns: COLUMNS,
    tags: { table: "evaluation_dataset_tags", owner: "dataset" },
  });
  const order = query.order.length === 0 ? [descending("creationTime")] : query.order;
  const scan = {
    from: words("evaluation_datasets d"),
    where: allOf([
      belongsToOneOf(query.experimentIds),
      query.filter === undefined || compileFilter(fields, query.filter),
    ]),
    id: "d.id",
    terms: termsOf(fields, withTies(order, [descending("datasetId")])),
  };
  const { ids, next } = await readPage(session, [scan], query);
  const rows = await loadRows<StoredEvaluationDatasetRow>(session, "SELECT * FROM evaluation_datasets", "id", ids);
  return { items: await completeEvaluationDatasets(session, rows), ...(next && { next }) };
}

function belongsToOneOf(experimentIds: readonly number[]): Predicate {
  if (experimentIds.length === 0) return true;
  const ids = joined(
    experimentIds.map((id) => sql`${id}`),
    ", ",
  );
  return sql`EXISTS (SELECT 1 FROM evaluation_dataset_experiments x WHERE x.dataset = d.id AND x.experiment IN (${ids}))`;
}
