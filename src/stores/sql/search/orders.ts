import type { Field, OrderKey } from "../../../core/filter/filter.ts";
import type { LoggedModelOrderKey } from "../../../core/ports/logged-models.ts";
import { type Column, columnSql } from "./column.ts";
import type { FieldAccess, Fields } from "./field-access.ts";
import { sql } from "./sql.ts";
import { fixedTerm, type Term } from "./terms.ts";

interface AttributeKey {
  field: { kind: "attribute"; name: string };
  descending: boolean;
}

/** The keys and then those of the tie-break, each field where it comes first. */
export function withTies<Key extends OrderKey | LoggedModelOrderKey>(
  order: readonly Key[],
  ties: readonly AttributeKey[],
): (Key | AttributeKey)[] {
  const keys = new Map<string, Key | AttributeKey>();
  for (const key of [...order, ...ties]) {
    const identity = fieldIdentity(key.field);
    if (!keys.has(identity)) keys.set(identity, key);
  }
  return [...keys.values()];
}

export function ascending(name: string): AttributeKey {
  return { field: { kind: "attribute", name }, descending: false };
}

export function descending(name: string): AttributeKey {
  return { field: { kind: "attribute", name }, descending: true };
}

/** What is listed for the attribute that comes first in the order. */
export function indexOfFirst(
  order: readonly OrderKey[],
  indexes: Readonly<Record<string, string>>,
): string | undefined {
  const field = order[0]?.field;
  return field?.kind === "attribute" ? indexes[field.name] : undefined;
}

/** Equal for equal fields. */
export function fieldIdentity(field: Field | LoggedModelOrderKey["field"]): string {
  const dataset = "dataset" in field ? [field.dataset?.name, field.dataset?.digest] : [];
  const types = "types" in field ? field.types : [];
  return JSON.stringify([field.kind, "key" in field ? field.key : field.name, ...dataset, ...types]);
}

export function termsOf(fields: Fields, order: readonly OrderKey[]): Term[] {
  return order.flatMap((key) => accessTerms(fields.find(key.field), key.descending));
}

/** A metric has two terms: numbers come before NaN, which comes before what is missing. */
export function accessTerms(access: FieldAccess, descending: boolean): Term[] {
  switch (access.kind) {
    case "column":
      return [columnTerm(access.column, descending)];
    case "nowhere":
      return access.type === "metric" ? [fixedTerm(null), fixedTerm(null)] : [fixedTerm(null)];
    case "rows": {
      const { column, rows } = access;
      const value = sql`(SELECT ${columnSql(column)} ${rows})`;
      const term: Term = { expression: value, type: termType(column), descending, nullable: true };
      if (column.type !== "metric") return [term];
      const isNan = sql`(SELECT CASE WHEN ${columnSql(column)} IS NULL THEN 1 ELSE 0 END ${rows})`;
      return [{ expression: isNan, type: "integer", descending: false, nullable: true }, term];
    }
  }
}

export function columnTerm(column: Column, descending: boolean): Term {
  return { expression: columnSql(column), type: termType(column), descending, nullable: column.nullable };
}

function termType({ type }: Column): Term["type"] {
  return type === "metric" ? "real" : type;
}
