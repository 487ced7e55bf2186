import type { Field } from "../../../core/filter/filter.ts";
import type { SqlDialect } from "../dialects/dialect.ts";
import type { Column } from "../search/column.ts";
import { attributeColumn, type FieldAccess, type Fields, unknownField } from "../search/field-access.ts";
import { words } from "../search/sql.ts";
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

/** Only metrics have a value, which may be NaN: for other kinds the same NULL is nothing. */
function assignedMetric({ type }: Column): FieldAccess {
  return {
    kind: "rows",
    column: { name: "x.value", type, nullable: false },
    rows: words("FROM assets x WHERE x.id = a.id AND x.kind = 'metric'"),
  };
}
