import type { Field } from "../../../core/filter/filter.ts";
import type { PropertyType } from "../../../core/model/properties.ts";
import type { SqlDialect } from "../dialects/dialect.ts";
import {
  attributeColumn,
  type FieldAccess,
  type Fields,
  keyedRows,
  type RowsAccess,
  typedRows,
  unknownField,
} from "../search/field-access.ts";
import { type Sql, sql } from "../search/sql.ts";
import type { RecordTable } from "./tables.ts";

/** An attribute that begins so is the alias with the rest of its name; its value is the number of a version, as text. */
const ALIAS_PREFIX = "alias.";

/** The fields of the records of one kind, which are the rows `r` of its table. */
export class RecordFields implements Fields {
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
      case "property":
        return this.#property(field.key, field.types);
      default:
        throw unknownField(field.kind);
    }
  }

  #attribute(name: string): FieldAccess {
    const { lists = [], descriptionTag, hasAliases, columns } = this.#table;
    if (lists.includes(name)) return labelRows(name);
    if (name === "description" && descriptionTag !== undefined) return this.#tagRows(descriptionTag);
    if (hasAliases && name.startsWith(ALIAS_PREFIX)) return aliasRows(name.slice(ALIAS_PREFIX.length));
    return attributeColumn(columns, name);
  }

  /** Tags that are attributes are no properties. */
  #property(key: string, types: readonly PropertyType[]): FieldAccess {
    const { descriptionTag, hiddenTags = [] } = this.#table;
    if (key === descriptionTag || hiddenTags.includes(key)) return { kind: "nowhere", type: "text" };
    return typedRows(this.dialect, this.#tagRows(key), types);
  }

  #tagRows(key: string): RowsAccess {
    const { properties } = this.#table;
    return keyedRows(properties, "r.id", properties.interned ? internedKey(key) : key);
  }
}

/** The number of a key; none for a key that nothing has. */
export function internedKey(key: string): Sql {
  return sql`(SELECT k.id FROM keys k WHERE k.name = ${key})`;
}

function labelRows(kind: string): RowsAccess {
  return {
    kind: "rows",
    column: { name: "x.value", type: "text", nullable: false },
    rows: sql`FROM registered_model_labels x WHERE x.model = r.id AND x.kind = ${kind}`,
  };
}

function aliasRows(alias: string): RowsAccess {
  return {
    kind: "rows",
    column: { name: "CAST(x.version AS TEXT)", type: "text", nullable: false },
    rows: sql`FROM aliases x WHERE x.model = r.id AND x.alias = ${alias}`,
  };
}
