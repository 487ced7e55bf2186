const MEBIBYTE = 1024 * 1024;

/** S3 refuses smaller parts, unless they are the last. */
export const SMALLEST_PART_BYTES = 5 * MEBIBYTE;

/** S3 takes no more bytes at once, neither as a part nor as an object nor as a copy. */
export const LARGEST_PART_BYTES = 5 * 1024 * MEBIBYTE;

export const MOST_PARTS = 10_000;

const FIRST_PART_BYTES = 6 * MEBIBYTE;
const PARTS_OF_ONE_SIZE = 1000;

/**
 * Bytes of the part with this number, from 1, of an upload whose length nobody knows: twice as many after each thousand, so that the
 * 10,000 that there may be hold 6 TiB, more than S3 takes, and small files are sent in small parts.
 */
export function partSize(number: number): number {
  return FIRST_PART_BYTES * 2 ** Math.floor((number - 1) / PARTS_OF_ONE_SIZE);
}
