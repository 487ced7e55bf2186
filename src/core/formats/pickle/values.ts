/**
 * What is known of a value that a pickle would make, without making it. Only what can become part of a name, or tells how many bytes
 * of an array follow, is kept; everything else is `OPAQUE`.
 */
export type PickleValue =
  | string
  | number
  | boolean
  | null
  | typeof OPAQUE
  | PickleGlobal
  | PickleTuple
  | PickleDict
  | PickleObject;

export const OPAQUE = Symbol("opaque");

/** Something that the pickle imports. */
export class PickleGlobal {
  /** "module name", as `pickletools` writes it. */
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

export class PickleTuple {
  readonly items: readonly PickleValue[];

  constructor(items: readonly PickleValue[]) {
    this.items = items;
  }
}

/** Of a dictionary: what is under the first few keys that are texts. */
export class PickleDict {
  readonly #entries = new Map<string, PickleValue>();

  set(key: PickleValue | undefined, value: PickleValue | undefined): void {
    if (typeof key === "string" && this.#entries.size < MOST_ENTRIES) this.#entries.set(key, value ?? OPAQUE);
  }

  get(key: string): PickleValue | undefined {
    return this.#entries.get(key);
  }
}

/** An object of a class that says how many bytes of an array follow. */
export class PickleObject {
  readonly className: string;
  readonly args: PickleValue;
  /** What BUILD gave it. */
  state: PickleValue = OPAQUE;

  constructor(className: string, args: PickleValue) {
    this.className = className;
    this.args = args;
  }
}

/** The states that are looked at have about six. */
const MOST_ENTRIES = 16;
