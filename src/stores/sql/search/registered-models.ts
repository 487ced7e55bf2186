import type { Condition, Field } from "../../../core/filter/filter.ts";
import type { ListQuery } from "../../../core/filter/query.ts";
import type { RegisteredModel } from "../../../core/model/registered-models.ts";
import type { Page } from "../../../core/model/values.ts";
import type { SqlDialect } from "../dialects/dialect.ts";
import { completeRegisteredModels, type StoredRegisteredModelRow } from "../rows/registered-models.ts";
import type { SqlSession } from "../session.ts";
import { type Candidates, candidatesOf, rowsOf } from "./candidates.ts";
import type { Column } from "./column.ts";
import { rangeOfAll } from "./comparisons.ts";
import type { FieldAccess } from "./field-access.ts";
import { compileFilter } from "./filters.ts";
import { checkQuerySize } from "./limits.ts";
import { ascending, indexOfFirst, termsOf, withTies } from "./orders.ts";
import { chooseScans, type Plans } from "./plan.ts";
import { allOf, type Predicate } from "./predicates.ts";
import { loadRows } from "./rows.ts";
import { readPage, type Scan } from "./scan.ts";
import { type Sql, sql, words } from "./sql.ts";
import { tagCandidates } from "./tag-candidates.ts";
import { TaggedFields } from "./tagged-fields.ts";
import { isInView } from "./views.ts";

const COLUMNS: Readonly<Record<string, Column>> = {
  name: { name: "m.name", type: "text", nullable: false },
  creationTime: { name: "m.creation_time", type: "integer", nullable: false },
  lastUpdateTime: { name: "m.last_update_time", type: "integer", nullable: false },
};

/** Indexes of visible models by an attribute. */
const INDEXES: Readonly<Record<string, string>> = {
  name: "registered_models_active_name",
  lastUpdateTime: "registered_models_last_update_time",
};

export async function searchRegisteredModels(session: SqlSession, query: ListQuery): Promise<Page<RegisteredModel>> {
  checkQuerySize(query);
  const scans = await chooseScans(session, planModels(session.dialect, query));
  const { ids, next } = await readPage(session, scans, query);
  const rows = await loadRows<StoredRegisteredModelRow>(session, "SELECT * FROM registered_models", "id", ids);
  return { items: await completeRegisteredModels(session, rows), ...(next && { next }) };
}

function planModels(dialect: SqlDialect, { filter, order, limit }: ListQuery): Plans {
  const fields = new TaggedFields(dialect, {
    id: "m.id",
    columns: COLUMNS,
    tags: { table: "registered_model_tags", owner: "model" },
    rows: { alias: ALIASES },
  });
  const keys = withTies(order, [ascending("name")]);
  const scan = (from: Sql, ...where: Predicate[]): Scan => ({
    from,
    where: allOf([
      ...where,
      isInView("m.lifecycle_stage", "active"),
      filter === undefined || compileFilter(fields, filter),
    ]),
    id: "m.id",
    terms: termsOf(fields, keys),
  });
  const index = indexOfFirst(keys, INDEXES);
  return {
    walks: index === undefined ? undefined : [scan(words(`registered_models m${dialect.indexedBy(index)}`))],
    sorted: (candidates) =>
      candidates
        ? scan(sql`(${candidates}) AS c CROSS JOIN registered_models m`, words("m.id = c.id"))
        : scan(words("registered_models m")),
    candidates: filter && candidatesOf(filter, (field, conditions) => findCandidates(dialect, field, conditions)),
    table: "registered_models",
    limit,
  };
}

function findCandidates(dialect: SqlDialect, field: Field, conditions: readonly Condition[]): Candidates | undefined {
  if (field.kind === "tag") {
    const tags = { table: "registered_model_tags", index: "registered_model_tags_value", owner: "model" };
    return tagCandidates(dialect, tags, field.key, conditions);
  }
  const column = field.kind === "attribute" ? COLUMNS[field.name] : undefined;
  const index = field.kind === "attribute" ? INDEXES[field.name] : undefined;
  if (column === undefined || index === undefined) return undefined;
  const range = rangeOfAll(dialect, column, conditions);
  if (range === true) return undefined;
  const where = allOf([range, isInView("m.lifecycle_stage", "active")]);
  return rowsOf("m.id", `registered_models m${dialect.indexedBy(index)}`, where);
}

const ALIASES: FieldAccess = {
  kind: "rows",
  column: { name: "x.alias", type: "text", nullable: false },
  rows: words("FROM aliases x WHERE x.model = m.id"),
};
