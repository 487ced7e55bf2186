import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { backoffDelay, retryAfter } from "./backoff.ts";

describe("the time before a request is sent again", () => {
  it("doubles up to ten seconds, in part by chance", () => {
    for (const [retry, ceiling] of [
      [0, 200],
      [1, 400],
      [5, 6400],
      [6, 10_000],
      [2000, 10_000],
    ] as const) {
      for (let time = 0; time < 20; time++) {
        const delay = backoffDelay(retry);
        assert.ok(delay >= ceiling / 2 && delay <= ceiling, `${retry}: ${delay}`);
      }
    }
  });

  it("is what Retry-After asks for, in seconds or as a date, up to a minute", () => {
    assert.equal(retryAfter("7"), 7000);
    assert.equal(retryAfter("3600"), 60_000);
    assert.equal(retryAfter(new Date(Date.now() + 3_600_000).toUTCString()), 60_000);
    assert.equal(retryAfter(new Date(0).toUTCString()), 0);
    assert.equal(retryAfter("soon"), undefined);
    assert.equal(retryAfter(null), undefined);
  });
});
