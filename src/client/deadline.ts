/** Aborts when the caller's signal does, or when nothing has happened for a time. */
export class Deadline {
  readonly #controller = new AbortController();
  readonly #timeoutMs: number;
  readonly #outer: AbortSignal | undefined;
  readonly #onAbort = () => this.#controller.abort(this.#outer?.reason);
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isOver = false;

  constructor(timeoutMs: number, outer: AbortSignal | undefined) {
    this.#timeoutMs = timeoutMs;
    this.#outer = outer;
    if (outer?.aborted) this.#onAbort();
    else outer?.addEventListener("abort", this.#onAbort, { once: true });
    this.extend();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Whether it was the time that ended it. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Something has happened: the time begins anew. */
  extend(): void {
    this.pause();
    this.#timer = setTimeout(() => {
      this.#isOver = true;
      this.#controller.abort();
    }, this.#timeoutMs);
  }

  /** Stops the time until the next `extend`: nobody waits for anything. */
  pause(): void {
    clearTimeout(this.#timer);
  }

  /** Nothing is to be watched any more. */
  end(): void {
    this.pause();
    this.#outer?.removeEventListener("abort", this.#onAbort);
  }

  /** Ends it and what it watches. */
  cancel(): void {
    this.end();
    this.#controller.abort();
  }
}
