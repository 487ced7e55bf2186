import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { describe, it } from "node:test";
import { isCoreError } from "../../core/errors.ts";
import { verifiedBytes } from "./verified-bytes.ts";

describe("verified bytes", () => {
  const bytes = randomBytes(1000);
  const content = { digest: createHash("sha256").update(bytes).digest("hex"), size: bytes.length };

  /** What a reader gets before the end or the failure. */
  async function received(source: Buffer, expected = content): Promise<{ bytes: Buffer; damaged: boolean }> {
    const pieces: Uint8Array[] = [];
    try {
      for await (const piece of verifiedBytes(inPieces(source), expected)) pieces.push(piece);
      return { bytes: Buffer.concat(pieces), damaged: false };
    } catch (error) {
      assert.ok(isCoreError(error, "damaged"), String(error));
      return { bytes: Buffer.concat(pieces), damaged: true };
    }
  }

  async function* inPieces(source: Buffer): AsyncIterable<Uint8Array> {
    for (let start = 0; start < source.length; start += 100) yield source.subarray(start, start + 100);
  }

  it("passes on what is whole", async () => {
    assert.deepEqual(await received(bytes), { bytes, damaged: false });
  });

  it("holds the last piece back where a bit has flipped anywhere", async () => {
    for (const position of [0, 500, 999]) {
      const spoilt = Buffer.from(bytes);
      spoilt.writeUInt8(spoilt.readUInt8(position) ^ 1, position);
      assert.deepEqual(await received(spoilt), { bytes: spoilt.subarray(0, 900), damaged: true });
    }
  });

  it("takes neither fewer nor more bytes", async () => {
    assert.equal((await received(bytes.subarray(0, 950))).damaged, true);
    assert.equal((await received(bytes.subarray(0, 0))).damaged, true);
    const longer = await received(Buffer.concat([bytes, bytes.subarray(0, 1)]));
    assert.deepEqual([longer.bytes.length, longer.damaged], [1000, true]);
  });

  it("knows an empty blob from one whose bytes are gone", async () => {
    const empty = { digest: createHash("sha256").digest("hex"), size: 0 };
    assert.equal((await received(Buffer.alloc(0), empty)).damaged, false);
    assert.equal((await received(Buffer.alloc(0), { ...content, size: 0 })).damaged, true);
  });
});
