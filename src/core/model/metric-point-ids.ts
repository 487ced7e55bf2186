import type { HistoryPoint } from "./runs.ts";

const LOWEST = 1n << 62n;

/**
 * The number of a point of a history: of 62 bits made of what the point is, so that it is the same in every list, and above every number
 * that an asset has. It finds nothing: points have no place of their own.
 */
export function metricPointId({ runNumber, key, step, timestamp, value, repeat }: HistoryPoint): bigint {
  const [high, low] = hash(`${runNumber} ${step} ${timestamp} ${value} ${repeat} ${key}`);
  return LOWEST | (BigInt(high & 0x3fffffff) << 32n) | BigInt(low);
}

/** Two 32-bit hashes of a text, each fed with the other at the end: FNV-1a over UTF-16 with two primes. */
function hash(text: string): [number, number] {
  let first = 0x811c9dc5;
  let second = 0x9e3779b9;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    first = Math.imul(first ^ code, 0x01000193);
    second = Math.imul(second ^ code, 0x5bd1e995);
  }
  return [mixed(first, second), mixed(second, first)];
}

function mixed(one: number, other: number): number {
  let bits = Math.imul(one ^ (one >>> 16), 0x85ebca6b) ^ Math.imul(other ^ (other >>> 13), 0xc2b2ae35);
  bits = Math.imul(bits ^ (bits >>> 15), 0x27d4eb2f);
  return (bits ^ (bits >>> 16)) >>> 0;
}
