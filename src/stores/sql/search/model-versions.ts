import type { Condition, Field } from "../../../core/filter/filter.ts";
import type { ListQuery } from "../../../core/filter/query.ts";
import type { ModelVersion } from "../../../core/model/model-versions.ts";
import type { Page } from "../../../core/model/values.ts";
import type { SqlDialect } from "../dialects/dialect.ts";
import { loadModelVersions } from "../rows/model-versions.ts";
import type { SqlSession } from "../session.ts";
import { type Candidates, candidatesOf, rowsOf } from "./candidates.ts";
import type { Column } from "./column.ts";
import { rangeOfAll } from "./comparisons.ts";
import type { FieldAccess } from "./field-access.ts";
import { compileFilter } from "./filters.ts";
import { checkQuerySize } from "./limits.ts";
import { ascending, descending, indexOfFirst, termsOf, withTies } from "./orders.ts";
import { chooseScans, type Plans } from "./plan.ts";
import { allOf, type Predicate } from "./predicates.ts";
import { readPage, type Scan } from "./scan.ts";
import { type Sql, sql, words } from "./sql.ts";
import { tagCandidates } from "./tag-candidates.ts";
import { TaggedFields } from "./tagged-fields.ts";
import { isInView } from "./views.ts";

const COLUMNS: Readonly<Record<string, Column>> = {
  modelName: { name: "m.name", type: "text", nullable: false },
  number: { name: "v.number", type: "integer", nullable: false },
  runId: { name: "v.run_id", type: "text", nullable: true },
  source: { name: "v.source", type: "text", nullable: true },
  stage: { name: "v.stage", type: "text", nullable: false },
  creationTime: { name: "v.creation_time", type: "integer", nullable: false },
  lastUpdateTime: { name: "v.last_update_time", type: "integer", nullable: false },
};

/** The versions of one model are often all new or all old; so many are sorted in less than a millisecond. */
const ALWAYS_FEW = 1000;

export async function searchModelVersions(session: SqlSession, query: ListQuery): Promise<Page<ModelVersion>> {
  checkQuerySize(query);
  const scans = await chooseScans(session, planVersions(session.dialect, query));
  const { ids, next } = await readPage(session, scans, query);
  return { items: await loadModelVersions(session, ids), ...(next && { next }) };
}

function planVersions(dialect: SqlDialect, { filter, order, limit }: ListQuery): Plans {
  const fields = new TaggedFields(dialect, {
    id: "v.id",
    columns: COLUMNS,
    tags: { table: "model_version_tags", owner: "version" },
    rows: { alias: ALIASES },
  });
  const keys = withTies(order.length === 0 ? [descending("lastUpdateTime")] : order, [
    ascending("modelName"),
    descending("number"),
  ]);
  const scan = (from: Sql, ...where: Predicate[]): Scan => ({
    from,
    where: allOf([
      ...where,
      words("m.id = v.model"),
      isInView("v.lifecycle_stage", "active"),
      isInView("m.lifecycle_stage", "active"),
      filter === undefined || compileFilter(fields, filter),
    ]),
    id: "v.id",
    terms: termsOf(fields, keys),
  });
  const walk = indexOfFirst(keys, {
    lastUpdateTime: `model_versions v${dialect.indexedBy("model_versions_last_update_time")} CROSS JOIN registered_models m`,
    modelName: `registered_models m${dialect.indexedBy("registered_models_active_name")} CROSS JOIN model_versions v`,
  });
  return {
    walks: walk === undefined ? undefined : [scan(words(walk))],
    sorted: (candidates) =>
      candidates
        ? scan(
            sql`(${candidates}) AS c CROSS JOIN model_versions v CROSS JOIN registered_models m`,
            words("v.id = c.id"),
          )
        : scan(words("model_versions v CROSS JOIN registered_models m")),
    candidates: filter && candidatesOf(filter, (field, conditions) => findCandidates(dialect, field, conditions)),
    table: "model_versions",
    limit,
    alwaysFew: ALWAYS_FEW,
  };
}

function findCandidates(dialect: SqlDialect, field: Field, conditions: readonly Condition[]): Candidates | undefined {
  if (field.kind === "tag") {
    const tags = { table: "model_version_tags", index: "model_version_tags_value", owner: "version" };
    return tagCandidates(dialect, tags, field.key, conditions);
  }
  const column = field.kind === "attribute" ? COLUMNS[field.name] : undefined;
  const range = column === undefined || rangeOfAll(dialect, column, conditions);
  if (range === true) return undefined;
  switch (column) {
    case COLUMNS.modelName: {
      const from = `registered_models m${dialect.indexedBy("registered_models_active_name")} CROSS JOIN model_versions v`;
      const where = allOf([isInView("m.lifecycle_stage", "active"), range, words("v.model = m.id")]);
      return rowsOf("v.id", from, where);
    }
    case COLUMNS.runId: {
      return rowsOf("v.id", `model_versions v${dialect.indexedBy("model_versions_run")}`, range);
    }
    default:
      return undefined;
  }
}

const ALIASES: FieldAccess = {
  kind: "rows",
  column: { name: "x.alias", type: "text", nullable: false },
  rows: words("FROM aliases x WHERE x.model = v.model AND x.version = v.number"),
};
