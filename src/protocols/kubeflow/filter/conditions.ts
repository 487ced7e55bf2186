import type { ComparisonOperator, Filter } from "../../../core/filter/filter.ts";
import type { PropertyType } from "../../../core/model/properties.ts";
import { passes } from "./choices.ts";
import { excerpt, InvalidFilterQuery } from "./invalid-filter-query.ts";
import { type Literal, toValue, typesOf, type Value } from "./literals.ts";
import { narrow, type Property, toField } from "./properties.ts";

/** Whether there is a value, of the type that the query names if it names one. */
export function toPresence(property: Property, present: boolean): Filter {
  if (isNumberOrText(property)) return toEitherPresence(property, present);
  const types = property.kind === "custom" && property.type ? [property.type] : [];
  return { kind: "presence", field: toField(property, types), present };
}

/** Throws InvalidFilterQuery where the value or the operator does not fit the property. */
export function toComparison(written: Property, operator: ComparisonOperator, literal: Literal): Filter {
  const property = narrowed(written, [literal]);
  const types = typesOf(property, [literal]);
  const value = toValue(property, types, literal);
  const isPattern = operator === "like" || operator === "ilike";
  if (isPattern) checkPattern(property, types, value, literal.position);
  const field = toField(property, types);
  const chosen = chooseValues(property, (wire) => passes(wire, operator, String(value)));
  if (chosen) return { kind: "in", field, negated: false, values: chosen };
  return { kind: "comparison", field, operator, value, ...(isPattern && { escapes: true }) };
}

/** NOT LIKE and NOT ILIKE: there is a value, and it is not like the pattern. */
export function toMismatch(written: Property, operator: ComparisonOperator, literal: Literal): Filter {
  const property = narrowed(written, [literal]);
  const present: Filter = { kind: "presence", field: toField(property, typesOf(property, [literal])), present: true };
  return { kind: "and", operands: [present, { kind: "not", operand: toComparison(property, operator, literal) }] };
}

/** Whether the value is one of a list. */
export function toList(written: Property, literals: readonly Literal[], negated: boolean): Filter {
  const property = narrowed(written, literals);
  const types = typesOf(property, literals);
  const values = literals.map((literal) => toValue(property, types, literal));
  const field = toField(property, types);
  const chosen = chooseValues(property, (wire) => values.includes(wire) !== negated);
  return chosen ? { kind: "in", field, negated: false, values: chosen } : { kind: "in", field, negated, values };
}

type NumberOrText = Property & { kind: "wellKnown"; field: { type: "numberOrText" } };

function isNumberOrText(property: Property): property is NumberOrText {
  return property.kind === "wellKnown" && property.field.type === "numberOrText";
}

function narrowed(property: Property, [first]: readonly Literal[]): Property {
  return isNumberOrText(property) ? { ...property, field: narrow(property.field, first?.kind === "string") } : property;
}

function toEitherPresence(property: NumberOrText, present: boolean): Filter {
  const operands = [false, true].map((isText) =>
    toPresence({ ...property, field: narrow(property.field, isText) }, present),
  );
  return { kind: present ? "or" : "and", operands };
}

/** Of a choice, the values as the core has them whose wire values pass. */
function chooseValues(property: Property, test: (wire: string) => boolean): string[] | undefined {
  if (property.kind === "custom" || property.field.type !== "choice") return undefined;
  const values = Object.entries(property.field.values);
  return values.filter(([wire]) => test(wire)).map(([, core]) => core);
}

function checkPattern({ name }: Property, [type]: readonly PropertyType[], value: Value, position: number): void {
  if (type !== "string") {
    throw new InvalidFilterQuery(`LIKE and ILIKE compare texts; compare ${excerpt(name)} with = or <`, position);
  }
  if (/(?<!\\)(?:\\\\)*\\$/.test(String(value))) {
    throw new InvalidFilterQuery(
      "the pattern ends with a single backslash; for a backslash itself, write four",
      position,
    );
  }
}
