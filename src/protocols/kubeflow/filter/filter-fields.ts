/** A name that a filter query can use without it being a custom property. */
export type WellKnownField =
  /** An integer is a decimal text on the wire, so that clients may write it in quotes. Of a list, any text counts. */
  | { readonly attribute: string; readonly type: "text" | "integer" | "number" }
  /** A number for some of the entities and a text for others: what is meant shows in the values that it is compared with. */
  | { readonly attribute: string; readonly type: "numberOrText"; readonly textAttribute: string }
  /** A text that has one of these values: as it is on the wire, and as the core has it. */
  | { readonly attribute: string; readonly type: "choice"; readonly values: Readonly<Record<string, string>> };

/** What one kind of entity calls its fields. Any other name is a custom property. */
export interface FilterFields {
  /** By name on the wire. Attributes are the core's. */
  readonly names: Readonly<Record<string, WellKnownField>>;
  /** Names that begin with the key are text attributes that begin with the value. */
  readonly prefixes?: Readonly<Record<string, string>>;
}

/** The field with this name on the wire. */
export function findField({ names, prefixes = {} }: FilterFields, name: string): WellKnownField | undefined {
  if (Object.hasOwn(names, name)) return names[name];
  const found = Object.entries(prefixes).find(([prefix]) => name.startsWith(prefix) && name.length > prefix.length);
  if (found === undefined) return undefined;
  const [prefix, attribute] = found;
  return { attribute: attribute + name.slice(prefix.length), type: "text" };
}
