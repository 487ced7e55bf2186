import type { Field } from "../../../core/filter/filter.ts";
import type { SqlDialect } from "../dialects/dialect.ts";
import type { Column } from "./column.ts";
import { attributeColumn, type FieldAccess, type Fields, keyedRows, unknownField } from "./field-access.ts";

/** Where an entity that has attributes and tags keeps them. */
interface TaggedEntity {
  /** The column of the store's own number of a row. */
  readonly id: string;
  readonly columns: Readonly<Record<string, Column>>;
  readonly tags: { readonly table: string; readonly owner: string };
  /** Attributes that are rows of other tables. */
  readonly rows?: Readonly<Record<string, FieldAccess>>;
}

/** The fields of an entity that has attributes and tags alone. */
export class TaggedFields implements Fields {
  readonly dialect: SqlDialect;
  readonly #entity: TaggedEntity;

  constructor(dialect: SqlDialect, entity: TaggedEntity) {
    this.dialect = dialect;
    this.#entity = entity;
  }

  find(field: Field): FieldAccess {
    const { id, columns, tags, rows } = this.#entity;
    switch (field.kind) {
      case "attribute":
        return rows?.[field.name] ?? attributeColumn(columns, field.name);
      case "tag":
        return keyedRows(tags, id, field.key);
      default:
        throw unknownField(field.kind);
    }
  }
}
