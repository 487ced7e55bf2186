import { setImmediate } from "node:timers/promises";
import { promisify } from "node:util";
import { gunzip, inflate, inflateRaw } from "node:zlib";
import type { FactsTools, Inflate } from "../../core/formats/source.ts";

const unpackers = { raw: promisify(inflateRaw), zlib: promisify(inflate), gzip: promisify(gunzip) };

/** Unpacks on a thread of Node's pool, at most to the limit whatever the bytes say. */
const inflateBytes: Inflate = async (bytes, wrapping, limit) => {
  try {
    return await unpackers[wrapping](bytes, { maxOutputLength: limit });
  } catch (error) {
    return isTooLarge(error) ? "too large" : "damaged";
  }
};

function isTooLarge(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ERR_BUFFER_TOO_LARGE";
}

export const factsTools: FactsTools = { inflate: inflateBytes, pause: () => setImmediate() };
