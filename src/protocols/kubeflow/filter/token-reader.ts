import { excerpt, InvalidFilterQuery } from "./invalid-filter-query.ts";
import type { Literal } from "./literals.ts";
import { type Token, tokenize } from "./tokens.ts";

const KEYWORDS = ["AND", "OR", "NOT", "IN", "LIKE", "ILIKE", "IS", "NULL"];

/** Goes through the words of a filter query. */
export class TokenReader {
  readonly #tokens: readonly Token[];
  #index = 0;

  constructor(query: string) {
    this.#tokens = tokenize(query);
  }

  /** The next word, or one behind it. */
  peek(ahead = 0): Token {
    const index = Math.min(this.#index + ahead, this.#tokens.length - 1);
    return this.#tokens[index] as Token;
  }

  /** Takes the next word if it is of the kind. */
  take<Kind extends Token["kind"]>(kind: Kind): Extract<Token, { kind: Kind }> | undefined {
    const token = this.peek();
    if (token.kind !== kind) return undefined;
    this.#index++;
    return token as Extract<Token, { kind: Kind }>;
  }

  /** Takes the next word if it is a value. */
  takeLiteral(): Literal | undefined {
    const { text, position } = this.peek();
    if (!/^(?:true|false)$/i.test(text)) return this.take("string") ?? this.take("integer") ?? this.take("float");
    this.#index++;
    return { kind: "boolean", value: text.toLowerCase(), text, position };
  }

  /** Whether the next word was this punctuation or keyword, which is taken then. In backticks it would be a name. */
  skip(text: string): boolean {
    if (this.peek().text !== text) return false;
    this.#index++;
    return true;
  }

  /** The error where something else stands than what can. */
  expected(what: string): InvalidFilterQuery {
    const { kind, text } = this.peek();
    const found = kind === "end" ? "the end" : excerpt(text);
    const keyword = KEYWORDS.find((word) => word === text.toUpperCase() && word !== text);
    return this.invalid(`expected ${what}, found ${found}${keyword ? `; write ${keyword} in capitals` : ""}`);
  }

  invalid(problem: string): InvalidFilterQuery {
    return new InvalidFilterQuery(problem, this.peek().position);
  }
}
