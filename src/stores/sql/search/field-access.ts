import { CoreError } from "../../../core/errors.ts";
import type { Field } from "../../../core/filter/filter.ts";
import type { PropertyType } from "../../../core/model/properties.ts";
import type { SqlDialect } from "../dialects/dialect.ts";
import type { Column } from "./column.ts";
import type { Predicate } from "./predicates.ts";
import { toSql } from "./predicates.ts";
import { type Sql, sql, words } from "./sql.ts";

/** Where a search finds the values of a field. */
export type FieldAccess =
  /** In a column of the row itself. */
  | { readonly kind: "column"; readonly column: Column }
  /** In rows of another table, of which one has to match: `rows` is their FROM and WHERE. */
  | { readonly kind: "rows"; readonly column: Column; readonly rows: Sql }
  /** Nowhere: no row that this search can see has the field. */
  | { readonly kind: "nowhere"; readonly type: Column["type"] };

export type RowsAccess = Extract<FieldAccess, { kind: "rows" }>;

/** The fields of one kind of entity. */
export interface Fields {
  readonly dialect: SqlDialect;
  /** Throws `invalidValue` for a field that the entity does not have. */
  find(field: Field): FieldAccess;
}

/** The values of one key in a table of (owner, key, value). */
export function keyedRows(
  { table, owner, type = "text" }: { table: string; owner: string; type?: Column["type"] },
  id: string,
  key: string | number | Sql,
): RowsAccess {
  const rows = sql`FROM ${words(`${table} x WHERE x.${owner} = ${id}`)} AND x.key = ${key}`;
  return { kind: "rows", column: { name: "x.value", type, nullable: false }, rows };
}

/** Of the rows of a property, those whose type counts. Ints and doubles are compared as numbers where no other type does. */
export function typedRows({ ddl }: SqlDialect, { rows }: RowsAccess, types: readonly PropertyType[]): RowsAccess {
  if (types.length === 0) return { kind: "rows", column: PROPERTY_TEXT, rows };
  const isTyped = `x.type IN (${types.map((type) => `'${type}'`).join()})`;
  // Plain text has no type.
  const counts = types.includes("string") ? `(x.type IS NULL OR ${isTyped})` : isTyped;
  // Nothing else says in which order PostgreSQL casts and looks at types.
  const number = `CASE WHEN ${isTyped} THEN CAST(x.value AS ${ddl.real}) END`;
  return {
    kind: "rows",
    column: areNumbers(types) ? { name: number, type: "real", nullable: false } : PROPERTY_TEXT,
    rows: sql`${rows} AND ${words(counts)}`,
  };
}

/** Whether properties of these types are compared as numbers. */
export function areNumbers(types: readonly PropertyType[]): boolean {
  return types.length > 0 && types.every((type) => type === "int" || type === "double");
}

const PROPERTY_TEXT: Column = { name: "x.value", type: "text", nullable: false };

/** Whether one of the rows passes the test. */
export function anyRow(rows: Sql, test: Predicate): Predicate {
  if (test === false) return false;
  // IS TRUE keeps SQLite from turning the subquery into one more table of the join, which costs and is limited to 64.
  return sql`(EXISTS (SELECT 1 ${rows} AND ${toSql(test)}) IS TRUE)`;
}

/** The column of an attribute. */
export function attributeColumn(columns: Readonly<Record<string, Column>>, name: string): FieldAccess {
  const column = Object.hasOwn(columns, name) ? columns[name] : undefined;
  if (column === undefined) throw unknownField(name);
  return { kind: "column", column };
}

export function unknownField(name: string): CoreError {
  return new CoreError("invalidValue", { field: "filter", reason: `This search knows no '${name}'` });
}
