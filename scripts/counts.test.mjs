import assert from "node:assert/strict";
import { test } from "node:test";
import { readNodeCounts, readOwnCounts, readPytestCounts, readSchemathesisCounts } from "./lib/counts.mjs";
import { judge } from "./lib/run-stage.mjs";

test("node's counts: a cancelled test did not pass", () => {
  const output =
    "ℹ tests 7\nℹ suites 0\nℹ pass 3\nℹ fail 1\nℹ cancelled 1\nℹ skipped 1\nℹ todo 1\nℹ duration_ms 12.5\n";
  assert.deepEqual(readNodeCounts(output), { passed: 3, failed: 2, skipped: 2 });
  assert.equal(readNodeCounts("Segmentation fault"), undefined);
});

test("pytest's counts: an error did not pass, an expected failure did", () => {
  assert.deepEqual(
    readPytestCounts("== 2 failed, 20 passed, 3 skipped, 1 xfailed, 4 warnings, 1 error in 4.20s ==\n"),
    {
      passed: 21,
      failed: 3,
      skipped: 3,
    },
  );
  assert.deepEqual(readPytestCounts("....\n4 passed in 0.10s\n"), { passed: 4, failed: 0, skipped: 0 });
  assert.deepEqual(readPytestCounts("120 passed, 2 skipped in 75.10s (0:01:15)\n"), {
    passed: 120,
    failed: 0,
    skipped: 2,
  });
  assert.equal(readPytestCounts("no tests ran in 0.01s\n"), undefined);
});

test("our own programs' counts are those of the last line that has them", () => {
  assert.deepEqual(readOwnCounts("1 passed, 0 failed\nmore\n40 passed, 2 failed\n"), {
    passed: 40,
    failed: 2,
    skipped: 0,
  });
});

test("schemathesis' counts are of requests, and of kinds of failures", () => {
  const counts = (/** @type {string} */ line) => readSchemathesisCounts(`Test cases:\n  ${line}\n\nSeed: 1\n`);
  assert.deepEqual(counts("120 generated, 120 passed"), { passed: 120, failed: 0, skipped: 0 });
  assert.deepEqual(counts("120 generated, 7 found 3 unique failures"), { passed: 113, failed: 3, skipped: 0 });
  assert.deepEqual(counts("120 generated, 1 found 1 unique failure"), { passed: 119, failed: 1, skipped: 0 });
  assert.equal(readSchemathesisCounts("Failed to load the schema"), undefined);
});

test("a stage that crashed, or ran nothing, failed", () => {
  /** @type {import("./lib/stages.mjs").Stage} */
  const stage = { name: "a", about: "", command: () => [], counts: readOwnCounts, minutes: 1 };
  const failures = (/** @type {number} */ code, /** @type {string} */ output) => judge(stage, code, output, 0).failed;
  assert.equal(failures(0, "3 passed, 0 failed"), 0);
  assert.equal(failures(0, "\u001b[32m3 passed, 0 failed\u001b[0m"), 0);
  assert.equal(failures(1, "3 passed, 2 failed"), 2);
  assert.equal(failures(139, "3 passed, 0 failed"), 1);
  assert.equal(failures(0, "0 passed, 0 failed"), 1);
  assert.equal(failures(1, ""), 1);
});
