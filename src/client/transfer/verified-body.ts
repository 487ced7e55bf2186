import { backoffDelay, wait } from "../backoff.ts";
import { makeError } from "../errors.ts";
import type { HttpRequest, OpenResponse, Transport } from "../transport.ts";
import type { Progress } from "./progress.ts";
import type { Sha256 } from "./sha256.ts";

type Piece = Uint8Array<ArrayBuffer>;

/** What is known of bytes that are on their way. */
export interface BodyPlan {
  /** Position in the whole of the first byte that comes. */
  start: number;
  /** Position behind the last one; undefined where only the connection says. */
  end: number | undefined;
  /** Names these bytes, so that the rest of them can be asked for; undefined where it can't. */
  etag: string | undefined;
  /** What they are to hash to, and what has seen all bytes before `start`. */
  expected: { sha256: string; hash: Sha256 } | undefined;
  onProgress: ((progress: Progress) => void) | undefined;
}

/** An answer's bytes: what a broken connection leaves out is asked for, and at the end the digest is checked. */
export class VerifiedBody {
  readonly #transport: Transport;
  readonly #request: HttpRequest;
  readonly #plan: BodyPlan;
  #open: OpenResponse;
  #reader: ReadableStreamDefaultReader<Piece> | undefined;
  #position: number;
  /** Connections in a row that brought nothing. */
  #failures = 0;

  /** `request` is what `open` answers, without a range. */
  constructor(transport: Transport, request: HttpRequest, open: OpenResponse, plan: BodyPlan) {
    this.#transport = transport;
    this.#request = request;
    this.#plan = plan;
    this.#open = open;
    this.#reader = readerOf(open);
    this.#position = plan.start;
    // Nothing is late before somebody reads.
    open.deadline.pause();
  }

  /** Reads ahead nothing at all, so a slow reader holds no more than one piece. */
  stream(): ReadableStream<Piece> {
    return new ReadableStream<Piece>(
      { pull: (controller) => this.#pull(controller), cancel: () => this.#open.deadline.cancel() },
      { highWaterMark: 0 },
    );
  }

  async #pull(controller: ReadableStreamDefaultController<Piece>): Promise<void> {
    const piece = await this.#next();
    if (piece === undefined) {
      this.#open.deadline.end();
      this.#verify();
      return controller.close();
    }
    this.#plan.expected?.hash.update(piece);
    this.#position += piece.byteLength;
    this.#plan.onProgress?.({ bytes: this.#position, total: this.#plan.end });
    controller.enqueue(piece);
  }

  /** Undefined behind the last one. */
  async #next(): Promise<Piece | undefined> {
    for (;;) {
      try {
        const piece = await this.#read();
        if (piece !== undefined || !this.#isShort()) return piece;
        throw new Error("The connection ended before the answer did.");
      } catch (error) {
        if (this.#plan.end !== undefined && !this.#isShort()) return undefined;
        await this.#reopen(error);
      }
    }
  }

  async #read(): Promise<Piece | undefined> {
    const { deadline } = this.#open;
    deadline.extend();
    const next = await this.#reader?.read();
    deadline.pause();
    if (next === undefined || next.done) return undefined;
    this.#failures = 0;
    return next.value;
  }

  #isShort(): boolean {
    return this.#plan.end !== undefined && this.#position < this.#plan.end;
  }

  async #reopen(error: unknown): Promise<void> {
    const { deadline } = this.#open;
    deadline.cancel();
    const { signal } = this.#request;
    signal?.throwIfAborted();
    const { etag, end } = this.#plan;
    if (etag === undefined || this.#failures >= this.#transport.retries) {
      throw this.#transport.lostConnection(error, deadline);
    }
    await wait(backoffDelay(this.#failures++), signal);
    const headers = rangeHeaders(this.#position, end, etag);
    const open = await this.#transport.open({ ...this.#request, headers });
    if (open.response.status !== 206) throw changed(open);
    this.#open = open;
    this.#reader = readerOf(open);
  }

  #verify(): void {
    const { expected } = this.#plan;
    const actual = expected?.hash.hex();
    if (actual === expected?.sha256) return;
    const message = `The bytes that came have the SHA-256 ${actual}, not ${expected?.sha256} as the server says. Download them again.`;
    throw makeError("digest-mismatch", message);
  }
}

/** Asks for the bytes from `start` to before `end`; with an ETag, only if they are still the same. */
export function rangeHeaders(start: number, end: number | undefined, etag: string | undefined): Record<string, string> {
  if (start === 0 && end === undefined) return {};
  const last = end === undefined ? "" : end - 1;
  return { range: `bytes=${start}-${last}`, ...(etag !== undefined && { "if-range": etag }) };
}

function readerOf({ response }: OpenResponse): ReadableStreamDefaultReader<Piece> | undefined {
  return response.body?.getReader();
}

function changed({ deadline }: OpenResponse): Error {
  deadline.cancel();
  const message =
    "The connection broke, and the rest can't be had: the server has other bytes now. Download them again.";
  return makeError("unexpected-answer", message);
}
