import type { Field } from "../../../core/filter/filter.ts";
import type { Experiment } from "../../../core/model/experiments.ts";
import type { Page } from "../../../core/model/values.ts";
import type { ExperimentReader } from "../../../core/ports/experiments.ts";
import type { SqlDialect } from "../dialects/dialect.ts";
import { type StoredExperimentRow, withTags } from "../rows/experiments.ts";
import type { SqlSession } from "../session.ts";
import type { Column } from "./column.ts";
import { attributeColumn, type FieldAccess, type Fields, keyedRows, unknownField } from "./field-access.ts";
import { compileFilter } from "./filters.ts";
import { checkQuerySize } from "./limits.ts";
import { ascending, descending, termsOf, withTies } from "./orders.ts";
import { allOf } from "./predicates.ts";
import { loadRows } from "./rows.ts";
import { readPage } from "./scan.ts";
import { words } from "./sql.ts";
import { isInView } from "./views.ts";

type ExperimentQuery = Parameters<ExperimentReader["searchExperiments"]>[0];

const COLUMNS: Readonly<Record<string, Column>> = {
  id: { name: "e.id", type: "integer", nullable: false },
  name: { name: "e.name", type: "text", nullable: false },
  creationTime: { name: "e.creation_time", type: "integer", nullable: false },
  lastUpdateTime: { name: "e.last_update_time", type: "integer", nullable: false },
};

export async function searchExperiments(session: SqlSession, query: ExperimentQuery): Promise<Page<Experiment>> {
  checkQuerySize(query);
  const fields = new ExperimentFields(session.dialect);
  // Upstream's rule: the tie-break of the default order is the other way round.
  const order =
    query.order.length === 0
      ? [descending("creationTime"), ascending("id")]
      : withTies(query.order, [descending("id")]);
  const scan = {
    from: words("experiments e"),
    where: allOf([
      isInView("e.lifecycle_stage", query.view),
      query.filter === undefined || compileFilter(fields, query.filter),
    ]),
    id: "e.id",
    terms: termsOf(fields, order),
  };
  const { ids, next } = await readPage(session, [scan], query);
  const rows = await loadRows<StoredExperimentRow>(session, "SELECT * FROM experiments", "id", ids);
  return { items: await withTags(session, rows), ...(next && { next }) };
}

class ExperimentFields implements Fields {
  readonly dialect: SqlDialect;

  constructor(dialect: SqlDialect) {
    this.dialect = dialect;
  }

  find(field: Field): FieldAccess {
    switch (field.kind) {
      case "attribute":
        return attributeColumn(COLUMNS, field.name);
      case "tag":
        return keyedRows({ table: "experiment_tags", owner: "experiment" }, "e.id", field.key);
      default:
        throw unknownField(field.kind);
    }
  }
}
