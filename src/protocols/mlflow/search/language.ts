import type { ComparisonOperator, Condition, Field, Filter } from "../../../core/filter/filter.ts";
import { invalidParameter } from "../errors.ts";
import { type Clause, type ClauseTree, type ClauseValue, type Identifier, parseClauses } from "./clauses.ts";

/** What can stand before the dot of an identifier. */
export type EntityKind = Exclude<Field["kind"], "property">;

export interface Attribute {
  /** The core's name of it. */
  name: string;
  type: "string" | "number";
  /** Turns the text of a value into what the core stores, where the two differ. */
  toCore?(text: string): string | number;
  /** Not to be used as an order. */
  filterOnly?: true;
}

/** What the filters and orders of one kind of entity may say. */
export interface SearchLanguage {
  /** Accepted words before the dot. */
  entities: Readonly<Record<string, EntityKind>>;
  attributes: Readonly<Record<string, Attribute>>;
  /** Attributes that can be compared with a list; params, tags and datasets always can. */
  listAttributes: ReadonlySet<string>;
  /** Kinds that IS NULL and IS NOT NULL apply to. */
  presenceKinds: ReadonlySet<Field["kind"]>;
  invalidEntity(entity: string): string;
  /** A number is taken as the text of a param or tag. */
  unquotedText?: boolean;
  /** What upstream's message calls an attribute that is not there, where it is not `attribute`. */
  attributeNoun?: string;
  /** A number may stand in quotes. */
  quotedNumbers?: boolean;
}

const STRING_COMPARATORS = new Set(["=", "!=", "LIKE", "ILIKE"]);
const LIST_COMPARATORS = new Set(["IN", "NOT IN"]);
const NUMERIC_COMPARATORS = new Set(["=", "!=", "<", "<=", ">", ">="]);
const DATASET_KEYS = ["name", "digest", "context"];

/** Parses a filter string of the language. Throws INVALID_PARAMETER_VALUE. */
export function parseFilter(language: SearchLanguage, text: string | undefined): Filter | undefined {
  const clauses = parseClauses(text ?? "");
  return clauses && toFilter(language, clauses);
}

function toFilter(language: SearchLanguage, tree: ClauseTree): Filter {
  switch (tree.kind) {
    case "and":
    case "or":
      return { kind: tree.kind, operands: tree.operands.map((operand) => toFilter(language, operand)) };
    case "not":
      return { kind: "not", operand: toFilter(language, tree.operand) };
    default:
      return toCondition(language, tree);
  }
}

function toCondition(language: SearchLanguage, clause: Clause): Condition {
  const { identifier } = clause;
  const field = toField(language, identifier);
  if (clause.kind === "presence") {
    requirePresenceKind(language, field, identifier);
    return { kind: "presence", field, present: clause.present };
  }
  const attribute = field.kind === "attribute" ? language.attributes[identifier.key] : undefined;
  const numeric = field.kind === "metric" || attribute?.type === "number";
  requireComparator(clause.comparator, numeric);
  if (numeric) {
    const value = numericValue(language, field, identifier, clause.value);
    return { kind: "comparison", field, operator: clause.comparator as ComparisonOperator, value };
  }
  return toTextCondition(language, field, identifier, clause.comparator, clause.value, attribute?.toCore);
}

function toTextCondition(
  language: SearchLanguage,
  field: Field,
  identifier: Identifier,
  comparator: string,
  value: ClauseValue,
  toCore: Attribute["toCore"] = (text) => text,
): Condition {
  if (LIST_COMPARATORS.has(comparator)) {
    if (field.kind === "attribute") requireListAttribute(language, identifier.key);
    if (value.kind !== "list") throw expectedText(field, value);
    return { kind: "in", field, negated: comparator === "NOT IN", values: value.values.map(toCore) };
  }
  const text = textValue(language, field, identifier, value);
  return { kind: "comparison", field, operator: comparator.toLowerCase() as ComparisonOperator, value: toCore(text) };
}

/** Resolves an identifier. Throws INVALID_PARAMETER_VALUE for an entity or attribute that the language does not have. */
export function toField(language: SearchLanguage, { entity, key }: Identifier): Field {
  const kind = entity === undefined ? "attribute" : kindOf(language, entity);
  if (kind === "attribute") {
    if (!Object.hasOwn(language.attributes, key)) {
      throw invalidKey(language.attributeNoun ?? "attribute", key, Object.keys(language.attributes));
    }
    return { kind, name: language.attributes[key]?.name ?? key };
  }
  if (kind === "dataset") {
    if (!DATASET_KEYS.includes(key)) throw invalidKey("dataset", key, DATASET_KEYS);
    return { kind, name: key as "name" | "digest" | "context" };
  }
  return { kind, key };
}

function kindOf(language: SearchLanguage, entity: string): EntityKind {
  const kind = Object.hasOwn(language.entities, entity) ? language.entities[entity] : undefined;
  if (kind === undefined) throw invalidParameter(language.invalidEntity(entity));
  return kind;
}

function requirePresenceKind(language: SearchLanguage, field: Field, { key }: Identifier): void {
  if (language.presenceKinds.has(field.kind)) return;
  const kinds = [...language.presenceKinds].map((kind) => `${kind}s`).join(" and ");
  throw invalidParameter(
    `IS NULL / IS NOT NULL is only supported for ${kinds || "no field of this search"}, not for '${field.kind}' '${key}'`,
  );
}

function requireComparator(comparator: string, numeric: boolean): void {
  const valid = numeric ? NUMERIC_COMPARATORS : STRING_COMPARATORS.union(LIST_COMPARATORS);
  if (!valid.has(comparator)) {
    throw invalidParameter(`Invalid comparator '${comparator}' not one of '${[...valid].join(", ")}'`);
  }
}

function requireListAttribute(language: SearchLanguage, key: string): void {
  if (language.listAttributes.has(key)) return;
  const keys = [...language.listAttributes].map((attribute) => `'${attribute}'`).join(", ");
  throw invalidParameter(`Only [${keys}] attributes support comparison with a list of quoted string values.`);
}

function numericValue(
  { quotedNumbers }: SearchLanguage,
  field: Field,
  { key }: Identifier,
  value: ClauseValue,
): number | bigint {
  if (value.kind === "number") return value.value;
  if (quotedNumbers && value.kind === "string" && /^\s*-?\d{1,15}\s*$/.test(value.value)) return Number(value.value);
  const subject = field.kind === "metric" ? "metric" : `numeric attribute: ${key}`;
  throw invalidParameter(`Expected numeric value type for ${subject}. Found ${value.text}`);
}

function textValue(language: SearchLanguage, field: Field, { key }: Identifier, value: ClauseValue): string {
  if (value.kind === "string") return value.value;
  if (value.kind === "list" && field.kind === "attribute") requireListAttribute(language, key);
  if (value.kind === "number" && language.unquotedText) return value.text;
  throw expectedText(field, value);
}

function expectedText(field: Field, { text }: ClauseValue): Error {
  switch (field.kind) {
    case "attribute":
      return invalidParameter(`Expected a quoted string value for attributes. Got value ${text}`);
    case "dataset":
      return invalidParameter(`Expected a quoted string value for dataset attributes. Got value ${text}`);
    default: {
      const kind = field.kind === "param" ? "parameter" : field.kind;
      return invalidParameter(`Expected a quoted string value for ${kind} (e.g. 'my-value'). Got value ${text}`);
    }
  }
}

/** `kind` is what upstream calls the place of the key: `attribute`, `dataset`, `order by`. */
export function invalidKey(kind: string, key: string, valid: readonly string[]): Error {
  const keys = valid.map((name) => `'${name}'`).join(", ");
  return invalidParameter(`Invalid ${kind} key '${key}' specified. Valid keys are '{${keys}}'`);
}
