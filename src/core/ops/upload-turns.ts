import { CoreError } from "../errors.ts";
import type { UploadId } from "../model/uploads.ts";
import type { ByteSource } from "../ports/blob-store.ts";

interface Turn {
  interruption: AbortController;
  done: Promise<unknown>;
}

/** The last turn of each upload that a request of this process works on. Uploads have ids that no two stores share. */
const turns = new Map<UploadId, Turn>();

/**
 * Runs `work` when all requests before it are done with the upload, and asks them to stop: a client that comes again has lost its
 * earlier connection, which the server may find out in minutes only.
 */
export async function inTurn<T>(id: UploadId, work: (interruption: AbortSignal) => Promise<T>): Promise<T> {
  const before = turns.get(id);
  const interruption = new AbortController();
  const running = Promise.resolve(before?.done).then(() => work(interruption.signal));
  const turn = { interruption, done: running.catch(() => undefined) };
  turns.set(id, turn);
  before?.interruption.abort(interrupted(id));
  try {
    return await running;
  } finally {
    if (turns.get(id) === turn) turns.delete(id);
  }
}

/** Whether a request works on the upload now. */
export function isInWork(id: UploadId): boolean {
  return turns.has(id);
}

/** The pieces of `source`, up to the interruption, which is an error even where the source says nothing any more. */
export async function* untilInterrupted(source: ByteSource, interruption: AbortSignal): AsyncIterable<Uint8Array> {
  const pieces = Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]();
  try {
    for (;;) {
      const next = await nextOrInterruption(pieces, interruption);
      if (next.done) return;
      yield next.value;
    }
  } finally {
    // Nobody waits: a source that says nothing doesn't end either.
    void Promise.resolve(pieces.return?.()).catch(() => undefined);
  }
}

type Pieces = Iterator<Uint8Array> | AsyncIterator<Uint8Array>;

/** Listens for one piece at a time: a promise that all pieces race against would remember each of them. */
function nextOrInterruption(pieces: Pieces, interruption: AbortSignal): Promise<IteratorResult<Uint8Array>> {
  return new Promise((resolve, reject) => {
    interruption.throwIfAborted();
    const stop = () => reject(interruption.reason);
    interruption.addEventListener("abort", stop, { once: true });
    Promise.resolve(pieces.next())
      .then(resolve, reject)
      .finally(() => interruption.removeEventListener("abort", stop));
  });
}

function interrupted(id: UploadId): CoreError {
  const required = "written by one request at a time";
  return new CoreError("wrongState", { entity: "upload", id, required, actual: "continued by another one" });
}
