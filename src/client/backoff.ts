const FIRST_DELAY_MS = 200;
const LONGEST_DELAY_MS = 10_000;

/** Milliseconds before the retry with this number (from 0): twice as long each time, in part by chance, so that clients don't come at once. */
export function backoffDelay(retry: number): number {
  const ceiling = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** retry);
  return ceiling / 2 + (Math.random() * ceiling) / 2;
}

/** Milliseconds that a `Retry-After` header asks for, up to a minute; undefined where it asks for nothing. */
export function retryAfter(header: string | null): number | undefined {
  if (header === null) return undefined;
  const milliseconds = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Number.isNaN(milliseconds) ? undefined : Math.min(60_000, Math.max(0, milliseconds));
}

/** Waits; throws the signal's reason once it aborts. */
export function wait(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const onAbort = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", onAbort);
      resolve();
    }, milliseconds);
    signal?.addEventListener("abort", onAbort, { once: true });
  });
}
