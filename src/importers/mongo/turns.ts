/** Lets what concerns the same thing go on in the order in which it came, while everything else runs beside it. */
export class Turns {
  readonly #last = new Map<string, Promise<void>>();

  /** Joins the queues of these things; the order of the calls is the order of the turns. */
  take(things: readonly string[]): Turn {
    const { promise: ended, resolve: end } = Promise.withResolvers<void>();
    const earlier = things.map((thing) => this.#last.get(thing));
    for (const thing of things) this.#last.set(thing, ended);
    const leave = () => {
      for (const thing of things) if (this.#last.get(thing) === ended) this.#last.delete(thing);
      end();
    };
    return { come: async () => void (await Promise.all(earlier)), leave };
  }
}

export interface Turn {
  /** Until all who came before have left. */
  come(): Promise<void>;
  /** Has to be called once, whatever happened. */
  leave(): void;
}
