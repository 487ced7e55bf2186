import type { Condition, Field, Filter } from "../../../core/filter/filter.ts";
import type { LoggedModel } from "../../../core/model/logged-models.ts";
import type { Page } from "../../../core/model/values.ts";
import type { LoggedModelQuery } from "../../../core/ports/logged-models.ts";
import type { SqlDialect } from "../dialects/dialect.ts";
import { completeLoggedModels, type StoredLoggedModelRow } from "../rows/logged-models.ts";
import type { SqlSession } from "../session.ts";
import { type Candidates, candidatesOf, rowsOf } from "./candidates.ts";
import { rangeOfAll } from "./comparisons.ts";
import { anyRow } from "./field-access.ts";
import { compileFilter } from "./filters.ts";
import { checkQuerySize } from "./limits.ts";
import { inDatasets, LOGGED_MODEL_COLUMNS, LoggedModelFields } from "./logged-model-fields.ts";
import { accessTerms, ascending, descending, indexOfFirst, withTies } from "./orders.ts";
import { chooseScans, MAXIMUM_WALKS, type Plans } from "./plan.ts";
import { allOf, type Predicate } from "./predicates.ts";
import { loadRows } from "./rows.ts";
import { readPage, type Scan } from "./scan.ts";
import { type Sql, sql, words } from "./sql.ts";
import { isInView } from "./views.ts";

/** Indexes that begin with the experiment and then have the attribute. */
const ORDER_INDEXES: Readonly<Record<string, string>> = { creationTime: "logged_models_creation_time" };

export async function searchLoggedModels(session: SqlSession, query: LoggedModelQuery): Promise<Page<LoggedModel>> {
  checkQuerySize(query);
  if (query.experimentIds.length === 0) return { items: [] };
  const scans = await chooseScans(session, planModels(session.dialect, query));
  const { ids, next } = await readPage(session, scans, query);
  const rows = await loadRows<StoredLoggedModelRow>(session, "SELECT * FROM logged_models", "id", ids);
  return { items: await completeLoggedModels(session, rows), ...(next && { next }) };
}

function planModels(dialect: SqlDialect, query: LoggedModelQuery): Plans {
  const { filter, limit } = query;
  const fields = new LoggedModelFields(dialect, query.datasets);
  const order = withTies(query.order, [descending("creationTime"), ascending("modelId")]);
  const scan = (from: Sql, ...where: Predicate[]): Scan => ({
    from,
    where: allOf([
      ...where,
      isInView("l.lifecycle_stage", "active"),
      filter === undefined || compileFilter(fields, filter),
      isMeasured(query),
    ]),
    id: "l.id",
    terms: order.flatMap((key) => accessTerms(fields.findOrder(key.field), key.descending)),
  });
  const isInExperiments: Predicate = {
    text: dialect.inList("l.experiment", "integer"),
    parameters: [dialect.listParameter(query.experimentIds)],
  };
  const values = [...new Set(query.experimentIds)];
  const index = values.length <= MAXIMUM_WALKS ? indexOfFirst(order, ORDER_INDEXES) : undefined;
  const walk = index && scan(words(`logged_models l${dialect.indexedBy(index)}`));
  return {
    walks: walk ? [{ ...walk, eachOf: { column: "l.experiment", values } }] : undefined,
    sorted: (candidates) =>
      candidates
        ? scan(sql`(${candidates}) AS c CROSS JOIN logged_models l`, words("l.id = c.id"), isInExperiments)
        : scan(words("logged_models l"), isInExperiments),
    candidates: filter && candidatesOf(filter, (field, conditions) => findCandidates(dialect, field, conditions)),
    table: "logged_models",
    limit,
  };
}

/** Models of a run, and models by id. */
function findCandidates(dialect: SqlDialect, field: Field, conditions: readonly Condition[]): Candidates | undefined {
  if (field.kind !== "attribute" || !["modelId", "sourceRunId"].includes(field.name)) return undefined;
  const column = LOGGED_MODEL_COLUMNS[field.name];
  const range = column === undefined || rangeOfAll(dialect, column, conditions);
  return range === true ? undefined : rowsOf("l.id", "logged_models l", range);
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
