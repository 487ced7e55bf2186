import type { Filter } from "../../../core/filter/filter.ts";
import { toComparison, toList, toMismatch, toPresence } from "./conditions.ts";
import type { FilterFields } from "./filter-fields.ts";
import { InvalidFilterQuery } from "./invalid-filter-query.ts";
import type { Literal } from "./literals.ts";
import { type Property, toProperty } from "./properties.ts";
import { TokenReader } from "./token-reader.ts";

/** As many as MLflow's filters may have: each can be a lookup for each row. */
const MOST_CONDITIONS = 200;
/** A level of a query is up to two of the tree, which stores take to a depth of 200. */
const DEEPEST_NESTING = 90;

const WORD_OPERATORS = ["LIKE", "ILIKE", "IN"];

/**
 * Parses the `filterQuery` of an entity with these fields. A superset of upstream's grammar, which knows neither NOT nor NULL:
 *
 *     disjunction := conjunction (OR conjunction)*
 *     conjunction := term (AND term)*
 *     term        := NOT term | '(' disjunction ')' | condition
 *     condition   := property (operator | [NOT] LIKE | [NOT] ILIKE | [NOT] IN) value | property IS [NOT] NULL
 *     property    := name ('.' name)*
 *     value       := literal | '(' [literal (',' literal)*] ')', where IN alone takes other lists than of one
 *
 * Keywords are in capitals. `NOT term` holds wherever the term does not; NOT LIKE and NOT IN hold only where there is a value.
 * Returns undefined for an empty query. Throws InvalidFilterQuery, and nothing else.
 */
export function parseFilterQuery(text: string, fields: FilterFields): Filter | undefined {
  return new Parser(new TokenReader(text), fields).parse();
}

class Parser {
  readonly #tokens: TokenReader;
  readonly #fields: FilterFields;
  #conditions = 0;
  #depth = 0;

  constructor(tokens: TokenReader, fields: FilterFields) {
    this.#tokens = tokens;
    this.#fields = fields;
  }

  parse(): Filter | undefined {
    if (this.#tokens.take("end")) return undefined;
    const filter = this.#parseDisjunction();
    if (!this.#tokens.take("end")) throw this.#tokens.expected("AND, OR or the end");
    return filter;
  }

  #parseDisjunction(): Filter {
    const operands = [this.#parseConjunction()];
    while (this.#tokens.skip("OR")) operands.push(this.#parseConjunction());
    return joined("or", operands);
  }

  #parseConjunction(): Filter {
    const operands = [this.#parseTerm()];
    while (this.#tokens.skip("AND")) operands.push(this.#parseTerm());
    return joined("and", operands);
  }

  #parseTerm(): Filter {
    if (!this.#isAtPropertyNot() && this.#tokens.skip("NOT")) {
      return { kind: "not", operand: this.#parseNested(() => this.#parseTerm()) };
    }
    if (!this.#tokens.skip("(")) return this.#parseCondition();
    const filter = this.#parseNested(() => this.#parseDisjunction());
    if (!this.#tokens.skip(")")) throw this.#tokens.expected("AND, OR or )");
    return filter;
  }

  #parseNested(parse: () => Filter): Filter {
    if (++this.#depth > DEEPEST_NESTING) {
      throw this.#tokens.invalid(`nest at most ${DEEPEST_NESTING} levels of parentheses and NOT`);
    }
    const filter = parse();
    this.#depth--;
    return filter;
  }

  /** Upstream has no NOT but takes it for a name, as it takes every word before an operator. */
  #isAtPropertyNot(): boolean {
    const { kind, text } = this.#tokens.peek(1);
    return kind === "operator" || text === "." || WORD_OPERATORS.includes(text);
  }

  #parseCondition(): Filter {
    if (++this.#conditions > MOST_CONDITIONS) throw this.#tokens.invalid(`write at most ${MOST_CONDITIONS} conditions`);
    const property = this.#parseProperty();
    const sign = this.#tokens.take("operator");
    if (sign) return toComparison(property, sign.value, this.#parseOperand());
    if (this.#tokens.skip("IS")) return this.#parsePresence(property);
    const negated = this.#tokens.skip("NOT");
    const compare = negated ? toMismatch : toComparison;
    if (this.#tokens.skip("LIKE")) return compare(property, "like", this.#parseOperand());
    if (this.#tokens.skip("ILIKE")) return compare(property, "ilike", this.#parseOperand());
    if (this.#tokens.skip("IN")) return toList(property, this.#parseList(), negated);
    throw this.#tokens.expected(negated ? "IN, LIKE or ILIKE" : "an operator such as =, LIKE, IN or IS NULL");
  }

  #parseProperty(): Property {
    const names: string[] = [];
    do {
      const token = this.#tokens.take("name");
      if (token === undefined) throw this.#tokens.expected("the name of a property");
      names.push(token.value);
    } while (this.#tokens.skip("."));
    return toProperty(this.#fields, names.join("."));
  }

  #parsePresence(property: Property): Filter {
    const present = this.#tokens.skip("NOT");
    if (!this.#tokens.skip("NULL")) throw this.#tokens.expected("NULL or NOT NULL");
    return toPresence(property, present);
  }

  /** Upstream takes a list of one for a value. */
  #parseOperand(): Literal {
    const { position } = this.#tokens.peek();
    const [literal, second] = this.#parseList();
    if (literal !== undefined && second === undefined) return literal;
    throw new InvalidFilterQuery("write one value here; lists stand behind IN", position);
  }

  /** And a value for a list of one. */
  #parseList(): Literal[] {
    if (!this.#tokens.skip("(")) return [this.#parseLiteral()];
    const literals: Literal[] = [];
    if (this.#tokens.skip(")")) return literals;
    do {
      literals.push(this.#parseLiteral());
    } while (this.#tokens.skip(","));
    if (!this.#tokens.skip(")")) throw this.#tokens.expected("a comma or )");
    return literals;
  }

  #parseLiteral(): Literal {
    const literal = this.#tokens.takeLiteral();
    if (literal === undefined) throw this.#tokens.expected("a number, true, false or a text in quotes");
    return literal;
  }
}

function joined(kind: "and" | "or", operands: readonly Filter[]): Filter {
  const [first] = operands;
  return operands.length === 1 && first !== undefined ? first : { kind, operands };
}
