import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { type PlannedPart, planParts, type Segment, totalSize } from "./joining.ts";
import { MOST_PARTS, partSize, SMALLEST_PART_BYTES } from "./part-sizes.ts";

const MEBIBYTE = 1024 * 1024;

const segmentsOf = (part: PlannedPart): Segment[] => ("copy" in part ? [part.copy] : part.send);

/** The bytes that they stand for, with neighbours put together. */
function inOrder(segments: readonly Segment[]): Segment[] {
  const joined: Segment[] = [];
  for (const { key, start, end } of segments) {
    const last = joined.at(-1);
    if (last?.key === key && last.end === start) last.end = end;
    else if (end > start) joined.push({ key, start, end });
  }
  return joined;
}

const pieces = fc
  .array(fc.oneof(fc.integer({ min: 0, max: 100 }), fc.integer({ min: 0, max: 2500 * MEBIBYTE })), { maxLength: 30 })
  .map((sizes) => sizes.map((size, index) => ({ key: String(index), start: 0, end: size })));

describe("the parts of a joined object", () => {
  it("are all bytes in order, each part but the last as large as S3 demands", () => {
    fc.assert(
      fc.property(pieces, (segments) => {
        const parts = planParts(segments);
        assert.deepEqual(inOrder(parts.flatMap(segmentsOf)), inOrder(segments));
        for (const part of parts.slice(0, -1)) assert.ok(totalSize(segmentsOf(part)) >= SMALLEST_PART_BYTES);
      }),
    );
  });

  it("are copied by S3 wherever pieces are large enough, and sent where they are not", () => {
    const sizes = [6 * MEBIBYTE, 10, 20 * MEBIBYTE, 7];
    const parts = planParts(sizes.map((size, index) => ({ key: String(index), start: 0, end: size })));
    const joint = 5 * MEBIBYTE - 10;
    assert.deepEqual(parts, [
      { copy: { key: "0", start: 0, end: 6 * MEBIBYTE } },
      {
        send: [
          { key: "1", start: 0, end: 10 },
          { key: "2", start: 0, end: joint },
        ],
      },
      { copy: { key: "2", start: joint, end: 20 * MEBIBYTE } },
      { send: [{ key: "3", start: 0, end: 7 }] },
    ]);
  });
});

describe("the parts of an upload", () => {
  it("hold the largest object that S3 takes", () => {
    let size = 0;
    for (let number = 1; number <= MOST_PARTS; number++) size += partSize(number);
    assert.ok(size >= 5 * 1024 * 1024 * MEBIBYTE);
    assert.equal(partSize(1), 6 * MEBIBYTE);
    assert.ok(partSize(1) >= SMALLEST_PART_BYTES);
    assert.ok(partSize(MOST_PARTS) <= 5 * 1024 * MEBIBYTE);
  });
});
