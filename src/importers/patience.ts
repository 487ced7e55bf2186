import { setTimeout } from "node:timers/promises";

/** Waits between the attempts of one request, in milliseconds: a restart of the source is outlived. */
export const WAITS_MS = [500, 1000, 2000, 4000, 8000];

/** Tries again what has failed for a reason that may pass. Throws what the last attempt has thrown. */
export async function patiently<T>(mayPass: (error: unknown) => boolean, work: () => Promise<T>): Promise<T> {
  for (const wait of WAITS_MS) {
    try {
      return await work();
    } catch (error) {
      if (!mayPass(error)) throw error;
    }
    await setTimeout(wait);
  }
  return work();
}
