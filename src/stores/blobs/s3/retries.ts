import type { Readable } from "node:stream";
import { setTimeout as wait } from "node:timers/promises";
import { isTransient, refusalFor } from "./failures.ts";
import { type Payload, toStream } from "./payload.ts";

const ATTEMPTS = 4;
const FIRST_PAUSE_MS = 100;

/**
 * Sends a request whose body is a stream, which the SDK sends only once, again where that may help. Throws a `CoreError`.
 * `send` gives up when its signal is aborted.
 */
export async function sendPayload<T>(
  payload: Payload,
  send: (body: Readable, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await sendOnce(payload, send);
    } catch (error) {
      if (attempt === ATTEMPTS || !isTransient(error)) throw refusalFor(error);
      await pause(attempt);
    }
  }
}

/** Longer after each attempt, and not the same for all who wait. */
export async function pause(attempt: number): Promise<void> {
  await wait(FIRST_PAUSE_MS * 2 ** attempt * (0.5 + Math.random()));
}

async function sendOnce<T>(payload: Payload, send: (body: Readable, signal: AbortSignal) => Promise<T>): Promise<T> {
  const body = toStream(payload);
  const failed = new AbortController();
  let failure: unknown;
  body.on("error", (error) => {
    failure = error;
    failed.abort();
  });
  try {
    return await send(body, failed.signal);
  } catch (error) {
    throw failure ?? error;
  } finally {
    body.destroy();
  }
}
