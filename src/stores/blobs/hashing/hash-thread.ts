import { Worker } from "node:worker_threads";
import type { FileContent } from "./content-hash.ts";
import type { Block, HashAnswer, HashRequest } from "./messages.ts";

interface Waiting {
  resolve(answer: HashAnswer): void;
  reject(error: unknown): void;
}

const THREAD_FILE = new URL("thread.mjs", import.meta.url);

/**
 * A thread that hashes blocks, so that the event loop does not: hashing is half of the work of an upload. Started when it is first
 * used; the process ends without waiting for it while it has nothing to do.
 */
class HashThread {
  #worker: Worker | undefined;
  #waiting: Waiting[] = [];
  #files = 0;

  /** A file whose blocks are hashed in the order in which they are handed over. */
  openFile(): ThreadedFile {
    return new ThreadedFile(this, this.#files++);
  }

  /** The CRC-32 of a block, and the block, whose memory has moved meanwhile. */
  async checksum(block: Block): Promise<{ block: Block; checksum: number }> {
    const answer = await this.ask({ kind: "checksum", block });
    return answer as Required<Pick<HashAnswer, "block" | "checksum">>;
  }

  ask(request: HashRequest): Promise<HashAnswer> {
    this.#worker ??= this.#start();
    this.#worker.ref();
    this.#worker.postMessage(request, "block" in request ? [request.block.buffer] : []);
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  #start(): Worker {
    const worker = new Worker(THREAD_FILE);
    worker.on("message", (answer: HashAnswer) => {
      this.#waiting.shift()?.resolve(answer);
      if (this.#waiting.length === 0) worker.unref();
    });
    worker.on("error", (error) => this.#lose(worker, error));
    worker.on("exit", () => this.#lose(worker, new Error("The thread that hashes files has ended")));
    return worker;
  }

  /** What was under way fails; the next file starts another thread. */
  #lose(worker: Worker, error: unknown): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    for (const { reject } of this.#waiting.splice(0)) reject(error);
  }
}

export const hashThread = new HashThread();
export type { ThreadedFile };

class ThreadedFile {
  readonly #thread: HashThread;
  readonly #file: number;

  constructor(thread: HashThread, file: number) {
    this.#thread = thread;
    this.#file = file;
  }

  /** Returns the block, whose memory has moved meanwhile. */
  async update(block: Block): Promise<Block> {
    return (await this.#thread.ask({ kind: "update", file: this.#file, block })).block as Block;
  }

  async finish(): Promise<FileContent> {
    return (await this.#thread.ask({ kind: "finish", file: this.#file })).content as FileContent;
  }

  /** For a file that comes to nothing. */
  async forget(): Promise<void> {
    await this.#thread.ask({ kind: "forget", file: this.#file });
  }
}
