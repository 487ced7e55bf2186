import { LimitReached } from "../io/problems.ts";

/** Different imports of one file: the largest pipelines have some hundred. */
const MOST_IMPORTS = 4096;

/** What was seen of the pickles of a file so far. */
export class PickleFindings {
  /** The highest that a pickle declares; 0 and 1 declare none. */
  protocol = 0;
  /** Pickles that were read to their end, those within arrays not counted. */
  pickles = 0;
  /** Imports whose module or name is made by the pickle as it runs, or stands for something in a table of Python's. */
  unresolvedImports = 0;
  persistentIds = 0;
  /** Read so far. */
  opcodes = 0;
  /** Arrays of joblib between the opcodes. */
  arrays = 0;
  readonly #imports = new Set<string>();
  readonly #calls = new Map<string, number>();

  /** "module name", by code points. */
  get imports(): string[] {
    return [...this.#imports].sort();
  }

  get calls(): Record<string, number> {
    return Object.fromEntries([...this.#calls].sort());
  }

  addImport(name: string): void {
    this.#imports.add(name);
    if (this.#imports.size > MOST_IMPORTS) throw new LimitReached(`The pickle has more than ${MOST_IMPORTS} imports.`);
  }

  /** An opcode that calls something imported, or gives an object its state. */
  addCall(opcode: string): void {
    this.#calls.set(opcode, (this.#calls.get(opcode) ?? 0) + 1);
  }
}
