import assert from "node:assert/strict";
import { it } from "node:test";
import { isLonger } from "./characters.ts";

it("counts characters, not the halves that make up an emoji", () => {
  assert.equal(isLonger("🦊".repeat(255), 255), false);
  assert.equal(isLonger("🦊".repeat(256), 255), true);
  assert.equal(isLonger("x".repeat(255), 255), false);
  assert.equal(isLonger("x".repeat(256), 255), true);
});
