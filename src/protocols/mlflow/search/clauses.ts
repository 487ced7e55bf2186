import { invalidParameter } from "../errors.ts";
import { invalidClause, type Token, tokenize } from "./tokens.ts";

/** What stands left of a comparator: `metrics.loss` has an entity, a bare `name` has none. */
export interface Identifier {
  text: string;
  entity?: string;
  key: string;
}

export type ClauseValue =
  | { kind: "string"; text: string; value: string }
  | { kind: "number"; text: string; value: number | bigint }
  | { kind: "list"; text: string; values: readonly string[] };

/** One comparison as written; what its parts may be is for the language of the searched entity. */
export type Clause =
  | { kind: "clause"; identifier: Identifier; comparator: string; value: ClauseValue }
  | { kind: "presence"; identifier: Identifier; present: boolean };

export type ClauseTree =
  | Clause
  | { kind: "and" | "or"; operands: readonly ClauseTree[] }
  | { kind: "not"; operand: ClauseTree };

const MOST_CLAUSES = 200;
const DEEPEST_NESTING = 50;
const WORD_COMPARATORS = new Set(["LIKE", "ILIKE"]);

/**
 * Parses a filter string into its clauses. A superset of MLflow's grammar, which knows `AND` alone:
 *
 *     disjunction := conjunction (OR conjunction)*
 *     conjunction := term (AND term)*
 *     term        := NOT term | '(' disjunction ')' | clause
 *     clause      := identifier comparator value | identifier [NOT] IN '(' string (',' string)* ')' | identifier IS [NOT] NULL
 *
 * Keywords in any case. Returns undefined for an empty filter.
 */
export function parseClauses(filter: string): ClauseTree | undefined {
  return new ClauseParser(tokenize(filter)).parse();
}

class ClauseParser {
  readonly #tokens: readonly Token[];
  #position = 0;
  #clauses = 0;
  #depth = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  parse(): ClauseTree | undefined {
    if (this.#peek().kind === "end") return undefined;
    const tree = this.#parseDisjunction();
    if (this.#peek().kind !== "end") throw this.#unexpected("Expected AND, OR or the end.");
    return tree;
  }

  #peek(): Token {
    return this.#tokens[this.#position] ?? { kind: "end", text: "" };
  }

  #parseDisjunction(): ClauseTree {
    const operands = [this.#parseConjunction()];
    while (this.#skipWord("OR")) operands.push(this.#parseConjunction());
    return joined("or", operands);
  }

  #parseConjunction(): ClauseTree {
    const operands = [this.#parseTerm()];
    while (this.#skipWord("AND")) operands.push(this.#parseTerm());
    return joined("and", operands);
  }

  #parseTerm(): ClauseTree {
    if (++this.#depth > DEEPEST_NESTING) {
      throw invalidParameter(`The filter string nests deeper than the limit of ${DEEPEST_NESTING} levels.`);
    }
    const term = this.#parseNestedTerm();
    this.#depth--;
    return term;
  }

  #parseNestedTerm(): ClauseTree {
    if (this.#skipWord("NOT")) return { kind: "not", operand: this.#parseTerm() };
    if (!this.#skipText("(")) return this.#parseClause();
    const tree = this.#parseDisjunction();
    if (!this.#skipText(")")) throw this.#unexpected("Expected AND, OR or a closing parenthesis.");
    return tree;
  }

  #parseClause(): Clause {
    if (++this.#clauses > MOST_CLAUSES) {
      throw invalidParameter(`The filter string has more than the limit of ${MOST_CLAUSES} clauses.`);
    }
    const identifier = this.#parseIdentifier();
    if (this.#skipWord("IS")) return this.#parsePresence(identifier);
    if (this.#skipWord("NOT")) {
      if (!this.#skipWord("IN")) throw this.#unexpected("Expected IN. To negate a clause, write NOT before it.");
      return { kind: "clause", identifier, comparator: "NOT IN", value: this.#parseList() };
    }
    if (this.#skipWord("IN")) return { kind: "clause", identifier, comparator: "IN", value: this.#parseList() };
    return { kind: "clause", identifier, comparator: this.#parseComparator(), value: this.#parseValue() };
  }

  #parseIdentifier(): Identifier {
    const token = this.#peek();
    if (token.kind !== "name") throw this.#unexpected("Expected an identifier, such as metrics.loss or name.");
    this.#position++;
    return toIdentifier(token);
  }

  #parsePresence(identifier: Identifier): Clause {
    const present = this.#skipWord("NOT");
    if (!this.#skipWord("NULL")) throw this.#unexpected("Expected IS NULL or IS NOT NULL.");
    return { kind: "presence", identifier, present };
  }

  #parseComparator(): string {
    const token = this.#peek();
    const word = token.text.toUpperCase();
    if (token.kind !== "comparator" && !(token.kind === "name" && WORD_COMPARATORS.has(word))) {
      throw this.#unexpected("Expected a comparator.");
    }
    this.#position++;
    return word;
  }

  #parseValue(): ClauseValue {
    const token = this.#peek();
    if (token.text === "(") return this.#parseList();
    if (token.kind === "string" || token.kind === "number") {
      this.#position++;
      return token;
    }
    // A double-quoted word is a name to the tokenizer, and text in the place of a value.
    if (token.kind === "name" && token.text.startsWith('"') && token.segments.length === 1) {
      this.#position++;
      return { kind: "string", text: token.text, value: token.value };
    }
    throw invalidParameter(
      `Parameter value is either not quoted or unidentified quote types used for string value ${token.text}. ` +
        "Use either single or double quotes.",
    );
  }

  #parseList(): ClauseValue {
    const first = this.#position;
    if (!this.#skipText("(")) throw this.#unexpected("Expected a list of quoted values in parentheses.");
    const values: string[] = [];
    while (!this.#skipText(")")) {
      const value = this.#parseValue();
      if (value.kind !== "string") throw illFormedList(value.text);
      values.push(value.value);
      if (!this.#skipText(",") && this.#peek().text !== ")") throw illFormedList(this.#peek().text);
    }
    if (values.length === 0) {
      throw invalidParameter(
        "While parsing a list in the query, expected a non-empty list of string values, but got empty list",
      );
    }
    const text = this.#tokens.slice(first, this.#position).map((token) => token.text);
    return { kind: "list", text: text.join(" "), values };
  }

  #skipWord(word: string): boolean {
    const token = this.#peek();
    if (token.kind !== "name" || token.text.toUpperCase() !== word) return false;
    this.#position++;
    return true;
  }

  #skipText(text: "(" | ")" | ","): boolean {
    if (this.#peek().text !== text) return false;
    this.#position++;
    return true;
  }

  #unexpected(hint: string): Error {
    return invalidClause(this.#peek().kind === "end" ? "" : this.#peek().text, hint);
  }
}

/** Splits a name at its first dot. */
export function toIdentifier({ text, segments }: Token & { kind: "name" }): Identifier {
  const [first = "", ...rest] = segments;
  return rest.length === 0 ? { text, key: first } : { text, entity: first, key: rest.join(".") };
}

function joined(kind: "and" | "or", operands: readonly ClauseTree[]): ClauseTree {
  const [first] = operands;
  return operands.length === 1 && first !== undefined ? first : { kind, operands };
}

function illFormedList(text: string): Error {
  return invalidParameter(
    "While parsing a list in the query, expected string value, punctuation, or whitespace, " +
      `but got different type in list: ${text}`,
  );
}
