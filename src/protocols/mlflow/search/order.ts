import type { OrderKey } from "../../../core/filter/filter.ts";
import { invalidParameter } from "../errors.ts";
import { toIdentifier } from "./clauses.ts";
import { invalidKey, type SearchLanguage, toField } from "./language.ts";
import { type Token, tokenize } from "./tokens.ts";

/** Parses `order_by`: each entry is one key, then ASC (the default) or DESC in any case. Throws INVALID_PARAMETER_VALUE. */
export function parseOrder(language: SearchLanguage, clauses: readonly string[] | undefined): OrderKey[] {
  const order = (clauses ?? []).map((clause) => parseOrderKey(language, clause));
  const fields = order.map((key) => JSON.stringify(key.field));
  if (new Set(fields).size < fields.length) {
    throw invalidParameter(
      `\`order_by\` contains duplicate fields: [${clauses?.map((clause) => `'${clause}'`).join(", ")}]`,
    );
  }
  return order;
}

function parseOrderKey(language: SearchLanguage, clause: string): OrderKey {
  const [name, direction, end] = orderTokens(clause);
  if (name?.kind !== "name") throw unparsable(clause);
  const descending = parseDirection(clause, direction);
  if (direction?.kind !== "end" && end?.kind !== "end") throw unparsable(clause);
  const identifier = toIdentifier(name);
  const field = toField(language, identifier);
  if (field.kind === "dataset") throw invalidParameter(`Invalid order by key '${identifier.text}' specified.`);
  if (field.kind === "attribute" && language.attributes[identifier.key]?.filterOnly) {
    throw invalidKey("attribute", identifier.key, orderableAttributes(language));
  }
  return { field, descending };
}

function orderableAttributes({ attributes }: SearchLanguage): string[] {
  return Object.keys(attributes).filter((name) => !attributes[name]?.filterOnly);
}

function orderTokens(clause: string): Token[] {
  try {
    return tokenize(clause);
  } catch {
    throw unparsable(clause);
  }
}

function parseDirection(clause: string, token: Token | undefined): boolean {
  if (token === undefined || token.kind === "end") return false;
  if (token.kind !== "name") throw unparsable(clause);
  const direction = token.text.toUpperCase();
  if (direction === "ASC" || direction === "DESC") return direction === "DESC";
  throw invalidParameter(`Invalid ordering key in order_by clause '${clause}'.`);
}

function unparsable(clause: string): Error {
  return invalidParameter(`Invalid order_by clause '${clause}'. Could not be parsed.`);
}
