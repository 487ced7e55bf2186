import type { Condition, Field } from "../../../core/filter/filter.ts";
import type { Experiment } from "../../../core/model/experiments.ts";
import type { Page } from "../../../core/model/values.ts";
import type { ExperimentReader } from "../../../core/ports/experiments.ts";
import type { SqlDialect } from "../dialects/dialect.ts";
import { type StoredExperimentRow, withTags } from "../rows/experiments.ts";
import type { SqlSession } from "../session.ts";
import { type Candidates, candidatesOf, rowsOf } from "./candidates.ts";
import type { Column } from "./column.ts";
import { rangeOfAll } from "./comparisons.ts";
import { compileFilter } from "./filters.ts";
import { checkQuerySize } from "./limits.ts";
import { ascending, descending, indexOfFirst, termsOf, withTies } from "./orders.ts";
import { chooseScans, type Plans } from "./plan.ts";
import { allOf, type Predicate } from "./predicates.ts";
import { loadRows } from "./rows.ts";
import { readPage, type Scan } from "./scan.ts";
import { type Sql, sql, words } from "./sql.ts";
import { TaggedFields } from "./tagged-fields.ts";
import { isInView } from "./views.ts";

type ExperimentQuery = Parameters<ExperimentReader["searchExperiments"]>[0];

const COLUMNS: Readonly<Record<string, Column>> = {
  id: { name: "e.id", type: "integer", nullable: false },
  name: { name: "e.name", type: "text", nullable: false },
  creationTime: { name: "e.creation_time", type: "integer", nullable: false },
  lastUpdateTime: { name: "e.last_update_time", type: "integer", nullable: false },
};

/** Indexes by an attribute. */
const INDEXES: Readonly<Record<string, string>> = {
  name: "experiments_name",
  creationTime: "experiments_creation_time",
};

export async function searchExperiments(session: SqlSession, query: ExperimentQuery): Promise<Page<Experiment>> {
  checkQuerySize(query);
  const scans = await chooseScans(session, planExperiments(session.dialect, query));
  const { ids, next } = await readPage(session, scans, query);
  const rows = await loadRows<StoredExperimentRow>(session, "SELECT * FROM experiments", "id", ids);
  return { items: await withTags(session, rows), ...(next && { next }) };
}

function planExperiments(dialect: SqlDialect, { filter, order, view, limit }: ExperimentQuery): Plans {
  const fields = new TaggedFields(dialect, {
    id: "e.id",
    columns: COLUMNS,
    tags: { table: "experiment_tags", owner: "experiment" },
  });
  // Upstream's rule: the tie-break of the default order is the other way round.
  const keys = order.length === 0 ? [descending("creationTime"), ascending("id")] : withTies(order, [descending("id")]);
  const scan = (from: Sql, ...where: Predicate[]): Scan => ({
    from,
    where: allOf([
      ...where,
      isInView("e.lifecycle_stage", view),
      filter === undefined || compileFilter(fields, filter),
    ]),
    id: "e.id",
    terms: termsOf(fields, keys),
  });
  const index = indexOfFirst(keys, INDEXES);
  return {
    walks: index === undefined ? undefined : [scan(words(`experiments e${dialect.indexedBy(index)}`))],
    sorted: (candidates) =>
      candidates
        ? scan(sql`(${candidates}) AS c CROSS JOIN experiments e`, words("e.id = c.id"))
        : scan(words("experiments e")),
    candidates: filter && candidatesOf(filter, (field, conditions) => findCandidates(dialect, field, conditions)),
    table: "experiments",
    limit,
  };
}

function findCandidates(dialect: SqlDialect, field: Field, conditions: readonly Condition[]): Candidates | undefined {
  const column = field.kind === "attribute" ? COLUMNS[field.name] : undefined;
  const range = column === undefined || rangeOfAll(dialect, column, conditions);
  return range === true || column === COLUMNS.lastUpdateTime ? undefined : rowsOf("e.id", "experiments e", range);
}
