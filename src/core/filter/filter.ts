import type { PropertyType } from "../model/properties.ts";

/**
 * What a condition or an order looks at. Attribute names are the core's own (camelCase property names of the model). A property
 * counts only where its type is one of `types`; any type does where that is empty. Int and double properties compare with
 * numbers, the others as text, `true` and `false` included.
 */
export type Field =
  | { kind: "attribute"; name: string }
  | { kind: "metric"; key: string }
  | { kind: "param"; key: string }
  | { kind: "tag"; key: string }
  | { kind: "property"; key: string; types: readonly PropertyType[] }
  | { kind: "dataset"; name: "name" | "digest" | "context" };

export type ComparisonOperator = "=" | "!=" | "<" | "<=" | ">" | ">=" | "like" | "ilike";

/**
 * One condition. On keyed fields (metric, param, tag, property, dataset) a comparison holds only where the key exists: `tags.a != 'x'`
 * does not match a run without the tag `a`. `like` is case-sensitive, `ilike` is not; `%` and `_` are the wildcards, and with
 * `escapes` a backslash makes the character behind it an ordinary one: no pattern ends with a backslash that escapes nothing.
 */
export type Condition =
  | { kind: "comparison"; field: Field; operator: ComparisonOperator; value: string | number | bigint; escapes?: true }
  | { kind: "in"; field: Field; negated: boolean; values: readonly (string | number | bigint)[] }
  | { kind: "presence"; field: Field; present: boolean };

/** A neutral filter tree: what every protocol's filter language is parsed into, and what every store evaluates. */
export type Filter =
  | Condition
  | { kind: "and"; operands: readonly Filter[] }
  | { kind: "or"; operands: readonly Filter[] }
  | { kind: "not"; operand: Filter };

/** One key of an order. Missing values sort last either way; NaN sorts after every number and before missing values. */
export interface OrderKey {
  field: Field;
  descending: boolean;
}
