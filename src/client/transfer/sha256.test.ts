import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { describe, it } from "node:test";
import { createSha256, digestInHeader } from "./sha256.ts";

describe("SHA-256 in pieces", () => {
  const pieces = [0, 1, 63, 64, 65, 100_000].map((size) => randomBytes(size));
  const expected = createHash("sha256").update(Buffer.concat(pieces)).digest("hex");

  it("is Node's own where there is one", async () => {
    const hash = await createSha256();
    for (const piece of pieces) hash.update(piece);
    assert.equal(hash.hex(), expected);
  });

  it("is the same without it, as in browsers", async () => {
    const { getBuiltinModule } = process;
    let wasAsked = false;
    process.getBuiltinModule = (() => {
      wasAsked = true;
    }) as typeof getBuiltinModule;
    try {
      const hash = await createSha256();
      for (const piece of pieces) hash.update(piece);
      assert.equal(hash.hex(), expected);
    } finally {
      process.getBuiltinModule = getBuiltinModule;
    }
    assert.ok(wasAsked);
  });

  it("is found among the digests of a header", () => {
    const base64 = Buffer.from(expected, "hex").toString("base64");
    assert.equal(digestInHeader(`sha-256=:${base64}:`), expected);
    assert.equal(digestInHeader(`sha-512=:AAAA:, sha-256=:${base64}:`), expected);
    assert.equal(digestInHeader("sha-512=:AAAA:"), undefined);
    assert.equal(digestInHeader(null), undefined);
  });
});
