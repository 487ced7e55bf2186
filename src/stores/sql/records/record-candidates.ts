import type { Condition, Field, Filter } from "../../../core/filter/filter.ts";
import type { PropertyType } from "../../../core/model/properties.ts";
import type { SqlDialect } from "../dialects/dialect.ts";
import { type Candidates, candidatesOf, rowsOf } from "../search/candidates.ts";
import type { Column } from "../search/column.ts";
import { rangeOfAll } from "../search/comparisons.ts";
import { areNumbers } from "../search/field-access.ts";
import { allOf, type Predicate } from "../search/predicates.ts";
import { sql, words } from "../search/sql.ts";
import { tagCandidates } from "../search/tag-candidates.ts";
import { internedKey } from "./record-fields.ts";
import type { RecordTable } from "./tables.ts";

const VALUE: Column = { name: "x.value", type: "text", nullable: false };

interface Scope {
  readonly dialect: SqlDialect;
  readonly table: RecordTable;
  readonly parentId: number | undefined;
}

/** Sets of records that hold every match of the filter, each answered by an index. */
export function recordCandidates(scope: Scope, filter: Filter): Candidates | undefined {
  return candidatesOf(filter, (field, conditions) => {
    if (field.kind === "property") return propertyCandidates(scope, field, conditions);
    // The records of one parent are few, or the index of their properties begins with the parent.
    if (field.kind !== "attribute" || scope.parentId !== undefined) return undefined;
    return attributeCandidates(scope, field.name, conditions);
  });
}

/** Records that have the property, and where the index can tell, its value. */
function propertyCandidates(
  { dialect, table, parentId }: Scope,
  { key, types }: Field & { kind: "property" },
  conditions: readonly Condition[],
): Candidates | undefined {
  const { table: name, owner, index, interned = false } = table.properties;
  if (index === undefined || (parentId !== undefined && !interned)) return undefined;
  const ofKey = interned ? internedKey(key) : key;
  const scope = !interned || inExperiments(parentId);
  return tagCandidates(dialect, { table: name, index, owner }, ofKey, textConditions(types, conditions), scope);
}

/** The index is entered once for each experiment. */
function inExperiments(experiment: number | undefined): Predicate {
  if (experiment !== undefined) return sql`x.experiment = ${experiment}`;
  return words("x.experiment IN (SELECT e.id FROM experiments e)");
}

/** What conditions on values of these types say of their texts. */
function textConditions(types: readonly PropertyType[], conditions: readonly Condition[]): readonly Condition[] {
  if (types.length === 0) return [];
  return areNumbers(types) ? equalTexts(conditions) : conditions;
}

/** Numbers are in the index as texts, in the shortest form: that tells of equal ones alone. */
function equalTexts(conditions: readonly Condition[]): Condition[] {
  const textOf = (value: string | number | bigint) => String(Number(value));
  return conditions.flatMap((condition): Condition[] => {
    if (condition.kind === "in" && !condition.negated) return [{ ...condition, values: condition.values.map(textOf) }];
    const isEqual = condition.kind === "comparison" && condition.operator === "=";
    return isEqual ? [{ ...condition, value: textOf(condition.value) }] : [];
  });
}

function attributeCandidates(
  { dialect, table }: Scope,
  name: string,
  conditions: readonly Condition[],
): Candidates | undefined {
  const { columns, indexes = {}, lists = [] } = table;
  if (lists.includes(name)) return labelCandidates(dialect, name, conditions);
  const column = columns[name];
  const index = name === "externalId" ? externalIdIndex(table, conditions) : indexes[name];
  if (column === undefined || (index === undefined && name !== "id")) return undefined;
  const range = rangeOfAll(dialect, column, conditions);
  if (range === true) return undefined;
  const isIndexed = name !== "externalId" || sql`r.external_id <> ''`;
  const from = `${table.table} r${index === undefined ? "" : dialect.indexedBy(index)}`;
  return rowsOf("r.id", from, allOf([range, isIndexed]));
}

/** The index leaves out "", which is no id. */
function externalIdIndex({ table }: RecordTable, conditions: readonly Condition[]): string | undefined {
  const isGiven = conditions.some(
    (condition) => condition.kind === "comparison" && condition.operator === "=" && condition.value !== "",
  );
  return isGiven ? `${table}_external_id` : undefined;
}

/** A model has several: two conditions need not be about the same one. */
function labelCandidates(dialect: SqlDialect, kind: string, conditions: readonly Condition[]): Candidates {
  const first = conditions.filter((condition) => condition.kind !== "presence").slice(0, 1);
  const where = allOf([sql`x.kind = ${kind}`, rangeOfAll(dialect, VALUE, first)]);
  const index = dialect.indexedBy("registered_model_labels_value");
  return rowsOf("DISTINCT x.model", `registered_model_labels x${index}`, where);
}
