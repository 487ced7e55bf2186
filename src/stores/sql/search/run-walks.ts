import type { Field, OrderKey } from "../../../core/filter/filter.ts";
import { type Column, isPresent } from "./column.ts";
import { compare } from "./comparisons.ts";
import { columnTerm, fieldIdentity } from "./orders.ts";
import { MAXIMUM_WALKS } from "./plan.ts";
import { allOf, type Predicate } from "./predicates.ts";
import { KEYED_TABLES, type KeyedField, RUN_COLUMNS, RUN_INDEXES } from "./run-fields.ts";
import { sortedRest, walk } from "./run-scans.ts";
import type { RunSearch } from "./run-search.ts";
import type { Scan } from "./scan.ts";
import { sql, words } from "./sql.ts";
import { fixedTerm } from "./terms.ts";

/**
 * Walks along indexes that give the runs in the order of the search, one behind the other: those that have the first key of the
 * order, then those without it by the next key. Undefined where no index has the first key.
 */
export function runWalks(search: RunSearch): Scan[] | undefined {
  return search.experimentIds.length > MAXIMUM_WALKS ? undefined : walksFrom(search, 0);
}

/** Walks through the runs that lack the first `passed` keys. */
function walksFrom(search: RunSearch, passed: number): Scan[] | undefined {
  const key = search.order[passed];
  if (key === undefined) return [];
  const walks = walksAlong(search, passed, key);
  if (walks === undefined || !canLack(search, key.field)) return walks;
  return [...walks, ...(walksFrom(search, passed + 1) ?? [sortedRest(search, passed + 1)])];
}

/** Walks through the runs that have the key. */
function walksAlong(search: RunSearch, passed: number, key: OrderKey): Scan[] | undefined {
  switch (key.field.kind) {
    case "attribute":
      return attributeWalks(search, passed, key.field.name, key.descending);
    case "dataset":
    case "property":
      return undefined;
    default:
      return mustLack(search, key.field) ? [] : keyedWalks(search, passed, key.field, key.descending);
  }
}

function attributeWalks(search: RunSearch, passed: number, name: string, descending: boolean): Scan[] | undefined {
  const column = RUN_COLUMNS[name];
  const index = RUN_INDEXES[name];
  if (column === undefined || index === undefined) return undefined;
  const present = walk(search, passed, {
    from: `runs r${search.dialect.indexedBy(index)}`,
    experiment: "r.experiment",
    run: "r.id",
    where: isPresent(column),
    terms: [columnTerm({ ...column, nullable: false }, descending)],
  });
  return [present];
}

/** Numbers or texts in the order of the index; then what is NaN, which the index has as NULL. */
function keyedWalks(search: RunSearch, passed: number, field: KeyedField, descending: boolean): Scan[] {
  const key = search.keys.get(field.key);
  if (key === undefined) return [];
  const { table, index, type } = KEYED_TABLES[field.kind];
  const tables = {
    from: `${table} m${search.dialect.indexedBy(index)} CROSS JOIN runs r`,
    experiment: "m.experiment",
    run: "m.run",
  };
  const ofKey = sql`m.key = ${key}`;
  const run = words("r.id = m.run");
  const value: Column = { name: "m.value", type, nullable: false };
  const term = columnTerm(value, descending);
  const inRange = allOf([ofKey, isInRange(search, field, value), run]);
  if (type !== "metric") return [walk(search, passed, { ...tables, where: inRange, terms: [term] })];
  const isNumber = allOf([inRange, words("m.value IS NOT NULL")]);
  const isNan = allOf([ofKey, words("m.value IS NULL"), run]);
  return [
    walk(search, passed, { ...tables, where: isNumber, terms: [fixedTerm(0), term] }),
    walk(search, passed, { ...tables, where: isNan, terms: [fixedTerm(1), fixedTerm(null)] }),
  ];
}

/** What the filter says of the field that the walk goes along bounds the walk. */
function isInRange({ required, dialect }: RunSearch, field: Field, value: Column): Predicate {
  const conditions = required.filter((condition) => fieldIdentity(condition.field) === fieldIdentity(field));
  return allOf(conditions.map((condition) => condition.kind === "presence" || compare(dialect, value, condition)));
}

function mustLack({ required }: RunSearch, field: Field): boolean {
  return required.some(
    (condition) =>
      condition.kind === "presence" && !condition.present && fieldIdentity(condition.field) === fieldIdentity(field),
  );
}

function canLack({ required }: RunSearch, field: Field): boolean {
  if (field.kind === "attribute" && !RUN_COLUMNS[field.name]?.nullable) return false;
  return !required.some(
    (condition) =>
      (condition.kind !== "presence" || condition.present) && fieldIdentity(condition.field) === fieldIdentity(field),
  );
}
