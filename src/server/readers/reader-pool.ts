import { Worker } from "node:worker_threads";
import type { Route, RouteAnswer, RouteCall } from "../../protocols/route.ts";
import { type ReaderData, type ReadRequest, type ReadResponse, routeKey } from "./messages.ts";

interface Pending {
  resolve(answer: RouteAnswer): void;
  reject(error: Error): void;
}

interface Thread {
  worker: Worker;
  pending: Map<number, Pending>;
}

const THREAD_FILE = new URL("reader-thread.mjs", import.meta.url);

/** Threads that run long reads whole, so that the event loop, and with it every write, never waits for a search. */
export class ReaderPool {
  readonly #data: ReaderData;
  readonly #size: number;
  readonly #threads: Thread[] = [];
  #nextId = 0;
  #closing = false;

  /** `size`: threads at most; each is started when all others are busy. */
  constructor(data: ReaderData, size: number) {
    this.#data = data;
    this.#size = size;
  }

  /** Starts the first thread ahead of the first read. */
  warmUp(): void {
    if (this.#threads.length === 0) this.#startThread();
  }

  run(route: Route, call: RouteCall): Promise<RouteAnswer> {
    const thread = this.#leastBusyThread();
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      thread.pending.set(id, { resolve, reject });
      const request: ReadRequest = { id, route: routeKey(route), call };
      thread.worker.postMessage(request);
    });
  }

  async close(): Promise<void> {
    this.#closing = true;
    await Promise.all(this.#threads.map((thread) => thread.worker.terminate()));
  }

  #leastBusyThread(): Thread {
    const idlest = this.#threads.toSorted((one, other) => one.pending.size - other.pending.size)[0];
    const allBusy = idlest === undefined || idlest.pending.size > 0;
    return allBusy && this.#threads.length < this.#size ? this.#startThread() : (idlest ?? this.#startThread());
  }

  #startThread(): Thread {
    const thread: Thread = { worker: new Worker(THREAD_FILE, { workerData: this.#data }), pending: new Map() };
    thread.worker.unref();
    thread.worker.on("message", (response: ReadResponse) => settle(thread, response));
    thread.worker.on("error", (error) => this.#lose(thread, error));
    thread.worker.on("exit", () => this.#lose(thread, new Error("A reader thread ended")));
    this.#threads.push(thread);
    return thread;
  }

  /** A thread that died fails its reads; the next read starts another one. */
  #lose(thread: Thread, error: unknown): void {
    const position = this.#threads.indexOf(thread);
    if (position >= 0) this.#threads.splice(position, 1);
    if (this.#closing) return;
    for (const { reject } of thread.pending.values()) reject(error instanceof Error ? error : new Error(String(error)));
    thread.pending.clear();
  }
}

function settle(thread: Thread, response: ReadResponse): void {
  const pending = thread.pending.get(response.id);
  thread.pending.delete(response.id);
  if ("answer" in response) pending?.resolve(response.answer);
  else pending?.reject(new Error(response.failure));
}
