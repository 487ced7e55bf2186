import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { describe, it } from "node:test";
import { crc32 } from "node:zlib";
import { BLOCK_SIZE_BYTES, checksumAt } from "./block-checksums.ts";
import { FileHash } from "./file-hash.ts";

describe("the hash of a file", () => {
  const blocksOf = (bytes: Buffer) =>
    Array.from({ length: Math.ceil(bytes.length / BLOCK_SIZE_BYTES) }, (_, index) =>
      bytes.subarray(index * BLOCK_SIZE_BYTES, (index + 1) * BLOCK_SIZE_BYTES),
    );

  for (const size of [0, 1, BLOCK_SIZE_BYTES - 1, BLOCK_SIZE_BYTES, BLOCK_SIZE_BYTES + 1, 5 * BLOCK_SIZE_BYTES + 7]) {
    it(`is right for ${size} bytes`, async () => {
      const bytes = randomBytes(size);
      const hash = new FileHash();
      for (const block of blocksOf(bytes)) {
        const back = await hash.update(new Uint8Array(block));
        assert.deepEqual(Buffer.from(back), block);
      }
      const content = await hash.finish();
      assert.equal(content.digest, createHash("sha256").update(bytes).digest("hex"));
      assert.equal(content.size, size);
      const checksums = blocksOf(bytes).map((_, index) => checksumAt(content.checksums, index));
      assert.deepEqual(
        checksums,
        blocksOf(bytes).map((block) => crc32(block)),
      );
    });
  }

  it("keeps files apart that come at the same time, also from one that comes to nothing", async () => {
    const files = Array.from({ length: 5 }, () => ({ bytes: randomBytes(3 * BLOCK_SIZE_BYTES), hash: new FileHash() }));
    for (let index = 0; index < 3; index++) {
      await Promise.all(
        files.map(({ bytes, hash }) => hash.update(new Uint8Array(blocksOf(bytes)[index] ?? Buffer.alloc(0)))),
      );
    }
    await files.pop()?.hash.forget();
    for (const { bytes, hash } of files) {
      assert.equal((await hash.finish()).digest, createHash("sha256").update(bytes).digest("hex"));
    }
  });
});
