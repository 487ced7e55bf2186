import { DamagedFile, LimitReached } from "../io/problems.ts";
import { OPAQUE, PickleDict, PickleTuple, type PickleValue } from "./values.ts";

/** Values on the stack: Python's own pickler puts down lists by the thousand, but large tuples and frozen sets as a whole. */
const MOST_ON_STACK = 131_072;

/** Values in the memo that are remembered; 8 MiB of references. A later one counts as unknown. */
const MOST_REMEMBERED = 1_048_576;

/** Characters of texts in the memo: a vocabulary of a million words. A later text counts as unknown. */
const MOST_CHARACTERS = 16 * 1024 * 1024;

/** Tuples, dictionaries and objects in the memo. A later one counts as unknown. */
const MOST_STRUCTURES = 65_536;

/** Longer tuples are unknown: the states of `numpy.dtype` have nine items. */
const MOST_ITEMS = 9;

/**
 * The stack and the memo of Python's unpickler, with values that say what would be there. Where Python would fail because the stack is
 * too short, so does this.
 */
export class PickleMachine {
  readonly #stack: PickleValue[] = [];
  /** Heights of the stack at which a MARK stands. */
  readonly #marks: number[] = [];
  readonly #memo: PickleValue[] = [];
  #memoized = 0;
  #characters = 0;
  #structures = 0;

  push(value: PickleValue): void {
    if (this.#stack.length >= MOST_ON_STACK)
      throw new LimitReached(`The pickle's stack has more than ${MOST_ON_STACK} values.`);
    this.#stack.push(value);
  }

  pop(): PickleValue {
    if (this.#stack.length <= this.#fence()) throw new DamagedFile("The pickle takes a value from an empty stack.");
    return this.#stack.pop() as PickleValue;
  }

  top(): PickleValue {
    if (this.#stack.length <= this.#fence())
      throw new DamagedFile("The pickle needs a value that is not on its stack.");
    return this.#stack[this.#stack.length - 1] as PickleValue;
  }

  mark(): void {
    if (this.#marks.length >= MOST_ON_STACK) throw new LimitReached(`The pickle has more than ${MOST_ON_STACK} marks.`);
    this.#marks.push(this.#stack.length);
  }

  /** Takes what is above the last MARK, and the MARK. */
  popToMark(): PickleValue[] {
    const height = this.#marks.pop();
    if (height === undefined) throw new DamagedFile("The pickle ends a collection that was not begun.");
    return this.#stack.splice(height);
  }

  /** POP: the value on top, or the MARK where there is none above it. */
  popValueOrMark(): void {
    if (this.#stack.length === this.#fence() && this.#marks.length > 0) this.#marks.pop();
    else this.pop();
  }

  pushTuple(items: PickleValue[]): void {
    this.push(items.length <= MOST_ITEMS ? new PickleTuple(items) : OPAQUE);
  }

  /** Puts keys and values that take turns into the dictionary on top. */
  setItems(items: readonly PickleValue[]): void {
    const target = this.top();
    if (!(target instanceof PickleDict)) return;
    for (let index = 0; index + 1 < items.length; index += 2) target.set(items[index], items[index + 1]);
  }

  memoize(): void {
    this.put(this.#memoized);
  }

  put(index: number): void {
    const value = this.top();
    if (!Number.isInteger(index) || index < 0) throw new DamagedFile("The pickle's memo has no such index.");
    if (index >= MOST_REMEMBERED) {
      this.#memoized++;
      return;
    }
    if (this.#memo[index] === undefined) this.#memoized++;
    this.#memo[index] = this.#remembered(value);
  }

  get(index: number): void {
    this.push(this.#memo[index] ?? OPAQUE);
  }

  #fence(): number {
    return this.#marks[this.#marks.length - 1] ?? 0;
  }

  #remembered(value: PickleValue): PickleValue {
    if (typeof value === "string") {
      this.#characters += value.length;
      return this.#characters <= MOST_CHARACTERS ? value : OPAQUE;
    }
    if (typeof value !== "object" || value === null) return value;
    this.#structures++;
    return this.#structures <= MOST_STRUCTURES ? value : OPAQUE;
  }
}
