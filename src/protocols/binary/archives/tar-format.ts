/** Headers and contents of a tar archive fill whole blocks. */
export const BLOCK_SIZE = 512;

/** The largest size that eleven octal digits say. */
export const LARGEST_OCTAL_SIZE = 0o77777777777;

export interface Field {
  start: number;
  /** Bytes. */
  length: number;
}

/** Where what stands in a header: POSIX.1-1988 (ustar). */
export const FIELDS = {
  name: { start: 0, length: 100 },
  mode: { start: 100, length: 8 },
  userId: { start: 108, length: 8 },
  groupId: { start: 116, length: 8 },
  size: { start: 124, length: 12 },
  modificationTime: { start: 136, length: 12 },
  type: { start: 156, length: 1 },
  magic: { start: 257, length: 8 },
  prefix: { start: 345, length: 155 },
} as const satisfies Record<string, Field>;

export const CHECKSUM: Field = { start: 148, length: 8 };

/** The sum of a header's bytes, in which the checksum itself counts as spaces. */
export function tarChecksum(header: Uint8Array): number {
  let sum = CHECKSUM.length * 0x20;
  for (const [index, byte] of header.entries()) {
    if (index < CHECKSUM.start || index >= CHECKSUM.start + CHECKSUM.length) sum += byte;
  }
  return sum;
}
