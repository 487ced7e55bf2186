import type { Field } from "../../../core/filter/filter.ts";
import type { ListQuery } from "../../../core/filter/query.ts";
import type { RegisteredModel } from "../../../core/model/registered-models.ts";
import type { Page } from "../../../core/model/values.ts";
import type { SqlDialect } from "../dialects/dialect.ts";
import { completeRegisteredModels, type StoredRegisteredModelRow } from "../rows/registered-models.ts";
import type { SqlSession } from "../session.ts";
import type { Column } from "./column.ts";
import { attributeColumn, type FieldAccess, type Fields, keyedRows, unknownField } from "./field-access.ts";
import { compileFilter } from "./filters.ts";
import { checkQuerySize } from "./limits.ts";
import { ascending, termsOf, withTies } from "./orders.ts";
import { allOf } from "./predicates.ts";
import { loadRows } from "./rows.ts";
import { readPage } from "./scan.ts";
import { words } from "./sql.ts";
import { isInView } from "./views.ts";

const COLUMNS: Readonly<Record<string, Column>> = {
  name: { name: "m.name", type: "text", nullable: false },
  creationTime: { name: "m.creation_time", type: "integer", nullable: false },
  lastUpdateTime: { name: "m.last_update_time", type: "integer", nullable: false },
};

export async function searchRegisteredModels(session: SqlSession, query: ListQuery): Promise<Page<RegisteredModel>> {
  checkQuerySize(query);
  const fields = new RegisteredModelFields(session.dialect);
  const scan = {
    from: words("registered_models m"),
    where: allOf([
      isInView("m.lifecycle_stage", "active"),
      query.filter === undefined || compileFilter(fields, query.filter),
    ]),
    id: "m.id",
    terms: termsOf(fields, withTies(query.order, [ascending("name")])),
  };
  const { ids, next } = await readPage(session, [scan], query);
  const rows = await loadRows<StoredRegisteredModelRow>(session, "SELECT * FROM registered_models", "id", ids);
  return { items: await completeRegisteredModels(session, rows), ...(next && { next }) };
}

class RegisteredModelFields implements Fields {
  readonly dialect: SqlDialect;

  constructor(dialect: SqlDialect) {
    this.dialect = dialect;
  }

  find(field: Field): FieldAccess {
    switch (field.kind) {
      case "attribute":
        return field.name === "alias" ? ALIASES : attributeColumn(COLUMNS, field.name);
      case "tag":
        return keyedRows({ table: "registered_model_tags", owner: "model" }, "m.id", field.key);
      default:
        throw unknownField(field.kind);
    }
  }
}

const ALIASES: FieldAccess = {
  kind: "rows",
  column: { name: "x.alias", type: "text", nullable: false },
  rows: words("FROM aliases x WHERE x.model = m.id"),
};
