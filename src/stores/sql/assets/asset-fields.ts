import type { Field } from "../../../core/filter/filter.ts";
import type { SqlDialect } from "../dialects/dialect.ts";
import type { Column } from "../search/column.ts";
import {
  attributeColumn,
  type FieldAccess,
  type Fields,
  type RowsAccess,
  typedRows,
  unknownField,
} from "../search/field-access.ts";
import { type Sql, sql, words } from "../search/sql.ts";
import { ASSET_SOURCES, type AssetSource } from "./sources.ts";

const ATTRIBUTES = new Set(ASSET_SOURCES.flatMap(({ columns }) => Object.keys(columns)));

/** The fields of the assets of one source. */
export class AssetFields implements Fields {
  readonly dialect: SqlDialect;
  readonly #source: AssetSource;

  constructor(dialect: SqlDialect, source: AssetSource) {
    this.dialect = dialect;
    this.#source = source;
  }

  find(field: Field): FieldAccess {
    switch (field.kind) {
      case "attribute":
        return this.#attribute(field.name);
      case "property":
        return typedRows(this.dialect, propertyRows(this.#source, field.key), field.types);
      default:
        throw unknownField(field.kind);
    }
  }

  #attribute(name: string): FieldAccess {
    const { columns } = this.#source;
    const column = columns[name];
    if (column === undefined && ATTRIBUTES.has(name)) return { kind: "nowhere", type: "text" };
    if (column?.name === "a.value") return assignedMetric(column);
    return attributeColumn(columns, name);
  }
}

/** The properties of a logged model are its tags, those of a dataset input are the input's tags; others have their own. */
function propertyRows(source: AssetSource, key: string): RowsAccess {
  const rows = source.name === "assigned" ? assignedProperties(key) : runValueProperties(source, key);
  return { kind: "rows", column: { name: "x.value", type: "text", nullable: false }, rows };
}

/** What is said of the asset alone is looked at first: SQLite does not even open the other tables then. */
function assignedProperties(key: string): Sql {
  return sql`FROM (
    SELECT p.value, p.type FROM asset_properties p
      WHERE a.logged_model IS NULL AND a.dataset IS NULL AND p.asset = a.id AND p.key = ${key}
    UNION ALL SELECT t.value, t.type FROM logged_model_tags t
      WHERE a.logged_model IS NOT NULL AND t.model = a.logged_model AND t.key = ${key}
    UNION ALL SELECT t.value, t.type FROM run_dataset_tags t
      WHERE a.dataset IS NOT NULL AND t.run = a.run AND t.dataset = a.dataset AND t.key = ${key}) x WHERE TRUE`;
}

/** Few metrics and params have properties: which do is found out once, not for each of them. */
function runValueProperties({ columns, firstNumber }: AssetSource, key: string): Sql {
  const id = words(columns.id?.name ?? "");
  return sql`FROM asset_properties x
    WHERE ${id} IN (SELECT p.asset FROM asset_properties p WHERE p.asset >= ${firstNumber} AND p.key = ${key})
      AND x.asset = ${id} AND x.key = ${key}`;
}

/** Only metrics have a value, which may be NaN: for other kinds the same NULL is nothing. */
function assignedMetric({ type }: Column): FieldAccess {
  return {
    kind: "rows",
    column: { name: "x.value", type, nullable: false },
    rows: words("FROM assets x WHERE x.id = a.id AND x.kind = 'metric'"),
  };
}
