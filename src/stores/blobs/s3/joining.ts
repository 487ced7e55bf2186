import type { ByteRange } from "../../../core/ports/blob-store.ts";
import { SMALLEST_PART_BYTES } from "./part-sizes.ts";

/** A part of an object. */
export interface Segment extends ByteRange {
  key: string;
}

/** One part of a joined object: copied by S3 itself, or sent again, where its pieces are too small for a part of their own. */
export type PlannedPart = { copy: Segment } | { send: Segment[] };

/** A copy of more takes S3 long without a sign of life. */
const LARGEST_COPY_BYTES = 1024 * 1024 * 1024;

/** How to make one object of segments, in this order, with each part but the last as large as S3 demands. Empty segments are left out. */
export function planParts(segments: readonly Segment[]): PlannedPart[] {
  const parts: PlannedPart[] = [];
  let small: Segment[] = [];
  for (const segment of segments) {
    let rest = segment;
    const missing = SMALLEST_PART_BYTES - totalSize(small);
    if (small.length > 0 || sizeOf(rest) < SMALLEST_PART_BYTES) {
      const [head, tail] = split(rest, missing);
      if (sizeOf(head) > 0) small.push(head);
      rest = tail;
      if (totalSize(small) >= SMALLEST_PART_BYTES) {
        parts.push({ send: small });
        small = [];
      }
    }
    while (sizeOf(rest) >= SMALLEST_PART_BYTES) {
      const [head, tail] = split(rest, LARGEST_COPY_BYTES);
      parts.push({ copy: head });
      rest = tail;
    }
    if (sizeOf(rest) > 0) small.push(rest);
  }
  return small.length > 0 ? [...parts, { send: small }] : parts;
}

export function totalSize(segments: readonly Segment[]): number {
  return segments.reduce((size, segment) => size + sizeOf(segment), 0);
}

function sizeOf({ start, end }: Segment): number {
  return end - start;
}

function split({ key, start, end }: Segment, size: number): [Segment, Segment] {
  const middle = Math.min(start + size, end);
  return [
    { key, start, end: middle },
    { key, start: middle, end },
  ];
}
