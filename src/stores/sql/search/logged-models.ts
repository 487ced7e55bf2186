import type { Filter } from "../../../core/filter/filter.ts";
import type { LoggedModel } from "../../../core/model/logged-models.ts";
import type { Page } from "../../../core/model/values.ts";
import type { LoggedModelQuery } from "../../../core/ports/logged-models.ts";
import { completeLoggedModels, type StoredLoggedModelRow } from "../rows/logged-models.ts";
import type { SqlSession } from "../session.ts";
import { anyRow } from "./field-access.ts";
import { compileFilter } from "./filters.ts";
import { checkQuerySize } from "./limits.ts";
import { inDatasets, LoggedModelFields } from "./logged-model-fields.ts";
import { accessTerms, ascending, descending, withTies } from "./orders.ts";
import { allOf, type Predicate } from "./predicates.ts";
import { loadRows } from "./rows.ts";
import { readPage } from "./scan.ts";
import { words } from "./sql.ts";
import { isInView } from "./views.ts";

export async function searchLoggedModels(session: SqlSession, query: LoggedModelQuery): Promise<Page<LoggedModel>> {
  checkQuerySize(query);
  const { dialect } = session;
  const fields = new LoggedModelFields(dialect, query.datasets);
  const order = withTies(query.order, [descending("creationTime"), ascending("modelId")]);
  const scan = {
    from: words("logged_models l"),
    where: allOf([
      { text: dialect.inList("l.experiment", "integer"), parameters: [dialect.listParameter(query.experimentIds)] },
      isInView("l.lifecycle_stage", "active"),
      query.filter === undefined || compileFilter(fields, query.filter),
      isMeasured(query),
    ]),
    id: "l.id",
    terms: order.flatMap((key) => accessTerms(fields.findOrder(key.field), key.descending)),
  };
  const { ids, next } = await readPage(session, [scan], query);
  const rows = await loadRows<StoredLoggedModelRow>(session, "SELECT * FROM logged_models", "id", ids);
  return { items: await completeLoggedModels(session, rows), ...(next && { next }) };
}

/** Datasets restrict the metric conditions; where there are none, a model needs some metric that was measured on one of them. */
function isMeasured({ datasets, filter }: LoggedModelQuery): Predicate {
  if (datasets.length === 0 || (filter && hasMetricCondition(filter))) return true;
  return anyRow(words("FROM logged_model_metrics x WHERE x.model = l.id"), inDatasets(datasets));
}

function hasMetricCondition(filter: Filter): boolean {
  switch (filter.kind) {
    case "and":
    case "or":
      return filter.operands.some(hasMetricCondition);
    case "not":
      return hasMetricCondition(filter.operand);
    default:
      return filter.field.kind === "metric";
  }
}
