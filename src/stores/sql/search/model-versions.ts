import type { Field } from "../../../core/filter/filter.ts";
import type { ListQuery } from "../../../core/filter/query.ts";
import type { ModelVersion } from "../../../core/model/model-versions.ts";
import type { Page } from "../../../core/model/values.ts";
import type { SqlDialect } from "../dialects/dialect.ts";
import { loadModelVersions } from "../rows/model-versions.ts";
import type { SqlSession } from "../session.ts";
import type { Column } from "./column.ts";
import { attributeColumn, type FieldAccess, type Fields, keyedRows, unknownField } from "./field-access.ts";
import { compileFilter } from "./filters.ts";
import { checkQuerySize } from "./limits.ts";
import { ascending, descending, termsOf, withTies } from "./orders.ts";
import { allOf } from "./predicates.ts";
import { readPage } from "./scan.ts";
import { words } from "./sql.ts";
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

export async function searchModelVersions(session: SqlSession, query: ListQuery): Promise<Page<ModelVersion>> {
  checkQuerySize(query);
  const fields = new ModelVersionFields(session.dialect);
  const order = query.order.length === 0 ? [descending("lastUpdateTime")] : query.order;
  const scan = {
    from: words("model_versions v CROSS JOIN registered_models m"),
    where: allOf([
      words("m.id = v.model"),
      isInView("v.lifecycle_stage", "active"),
      isInView("m.lifecycle_stage", "active"),
      query.filter === undefined || compileFilter(fields, query.filter),
    ]),
    id: "v.id",
    terms: termsOf(fields, withTies(order, [ascending("modelName"), descending("number")])),
  };
  const { ids, next } = await readPage(session, [scan], query);
  return { items: await loadModelVersions(session, ids), ...(next && { next }) };
}

class ModelVersionFields implements Fields {
  readonly dialect: SqlDialect;

  constructor(dialect: SqlDialect) {
    this.dialect = dialect;
  }

  find(field: Field): FieldAccess {
    switch (field.kind) {
      case "attribute":
        return field.name === "alias" ? ALIASES : attributeColumn(COLUMNS, field.name);
      case "tag":
        return keyedRows({ table: "model_version_tags", owner: "version" }, "v.id", field.key);
      default:
        throw unknownField(field.kind);
    }
  }
}

const ALIASES: FieldAccess = {
  kind: "rows",
  column: { name: "x.alias", type: "text", nullable: false },
  rows: words("FROM aliases x WHERE x.model = v.model AND x.version = v.number"),
};
