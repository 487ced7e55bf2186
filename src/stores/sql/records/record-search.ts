import type { Field } from "../../../core/filter/filter.ts";
import type { RecordKind, RecordOf } from "../../../core/model/records.ts";
import type { Page } from "../../../core/model/values.ts";
import type { RecordQuery } from "../../../core/ports/records.ts";
import type { SqlDialect } from "../dialects/dialect.ts";
import { attributeColumn, type FieldAccess, type Fields, unknownField } from "../search/field-access.ts";
import { compileFilter } from "../search/filters.ts";
import { checkQuerySize } from "../search/limits.ts";
import { ascending, indexOfFirst, termsOf, withTies } from "../search/orders.ts";
import { allOf } from "../search/predicates.ts";
import { readPage, type Scan } from "../search/scan.ts";
import { sql, words } from "../search/sql.ts";
import type { SqlSession } from "../session.ts";
import { loadRecords } from "./record-rows.ts";
import { RECORD_TABLES, type RecordTable } from "./tables.ts";

export async function listRecords<Kind extends RecordKind>(
  session: SqlSession,
  kind: Kind,
  query: RecordQuery,
): Promise<Page<RecordOf[Kind]>> {
  checkQuerySize(query);
  const { ids, next } = await readPage(session, [scanOf(session.dialect, RECORD_TABLES[kind], query)], query);
  return { items: await loadRecords(session, kind, ids), ...(next && { next }) };
}

function scanOf(dialect: SqlDialect, table: RecordTable, { filter, order, parentId }: RecordQuery): Scan {
  const fields = new RecordFields(dialect, table);
  const keys = withTies(order, [ascending("id")]);
  const parent = table.parent === undefined ? undefined : table.columns[table.parent];
  const index = parentId === undefined ? indexOfFirst(keys, table.indexes ?? {}) : undefined;
  return {
    from: words(`${table.table} r${index === undefined ? "" : dialect.indexedBy(index)}`),
    where: allOf([
      parent === undefined || parentId === undefined || sql`${words(parent.name)} = ${parentId}`,
      filter === undefined || compileFilter(fields, filter),
    ]),
    id: "r.id",
    terms: termsOf(fields, keys),
  };
}

/** The fields of the records of one kind. */
class RecordFields implements Fields {
  readonly dialect: SqlDialect;
  readonly #table: RecordTable;

  constructor(dialect: SqlDialect, table: RecordTable) {
    this.dialect = dialect;
    this.#table = table;
  }

  find(field: Field): FieldAccess {
    switch (field.kind) {
      case "attribute":
        return this.#attribute(field.name);
      default:
        throw unknownField(field.kind);
    }
  }

  #attribute(name: string): FieldAccess {
    const { lists = [], descriptionTag, columns } = this.#table;
    if (lists.includes(name)) return labelRows(name);
    if (name === "description" && descriptionTag !== undefined) throw unknownField(name);
    return attributeColumn(columns, name);
  }
}

function labelRows(kind: string): FieldAccess {
  return {
    kind: "rows",
    column: { name: "x.value", type: "text", nullable: false },
    rows: sql`FROM registered_model_labels x WHERE x.model = r.id AND x.kind = ${kind}`,
  };
}
