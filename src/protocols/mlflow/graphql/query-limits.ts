import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type FragmentSpreadNode,
  type InlineFragmentNode,
  Kind,
  type SelectionSetNode,
} from "graphql";

/** Most fields at the root of a query, and most aliases on one level: one request stands for few operations. */
const MOST_ROOT_FIELDS = 10;
const MOST_ALIASES = 10;
const DEEPEST_LEVEL = 10;
const MOST_FIELDS = 1000;

/** More words than any query of the UI has; longer texts are refused before they are parsed. */
export const MOST_TOKENS = 4000;

/**
 * Says what makes a query too costly, or undefined where nothing does. Fragments count wherever they are spread. The document must be
 * valid, so that no fragment contains itself.
 */
export function exceededLimit(document: DocumentNode): string | undefined {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }
  const count = new FieldCount(fragments);
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION) continue;
    const exceeded = count.exceededBy([definition.selectionSet], 1);
    if (exceeded !== undefined) return exceeded;
  }
  return undefined;
}

class FieldCount {
  readonly #fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  #fields = 0;
  #level: SelectionSetNode[] = [];
  #levelFields = 0;
  #levelAliases = 0;

  constructor(fragments: ReadonlyMap<string, FragmentDefinitionNode>) {
    this.#fragments = fragments;
  }

  /** Goes through a query level by level. */
  exceededBy(level: readonly SelectionSetNode[], depth: number): string | undefined {
    if (depth > DEEPEST_LEVEL) return `Query exceeds maximum depth of ${DEEPEST_LEVEL}`;
    this.#level = [];
    this.#levelFields = 0;
    this.#levelAliases = 0;
    for (const selectionSet of level) this.#visit(selectionSet);
    if (this.#fields > MOST_FIELDS) return `Query exceeds maximum total selections of ${MOST_FIELDS}`;
    if (depth === 1 && this.#levelFields > MOST_ROOT_FIELDS) {
      return `GraphQL queries should have at most ${MOST_ROOT_FIELDS} root fields, got ${this.#levelFields} root fields.`;
    }
    if (this.#levelAliases > MOST_ALIASES) {
      return `GraphQL queries should have at most ${MOST_ALIASES} aliases, got ${this.#levelAliases} aliases.`;
    }
    return this.#level.length === 0 ? undefined : this.exceededBy(this.#level, depth + 1);
  }

  #visit(selectionSet: SelectionSetNode): void {
    for (const selection of selectionSet.selections) {
      if (++this.#fields > MOST_FIELDS) return;
      if (selection.kind === Kind.FIELD) this.#countField(selection);
      else this.#visit(this.#selectionSetOf(selection));
    }
  }

  #countField({ alias, selectionSet }: FieldNode): void {
    this.#levelFields++;
    if (alias) this.#levelAliases++;
    if (selectionSet) this.#level.push(selectionSet);
  }

  #selectionSetOf(selection: InlineFragmentNode | FragmentSpreadNode): SelectionSetNode {
    if (selection.kind === Kind.INLINE_FRAGMENT) return selection.selectionSet;
    const fragment = this.#fragments.get(selection.name.value);
    return fragment?.selectionSet ?? { kind: Kind.SELECTION_SET, selections: [] };
  }
}
