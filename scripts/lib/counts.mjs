/**
 * @typedef {object} Counts
 * @property {number} passed
 * @property {number} failed
 * @property {number} skipped
 */

/**
 * What a test program says at its end, or undefined if it never got there.
 * @typedef {(output: string, exitCode: number) => Counts | undefined} CountReader
 */

/**
 * `node --test`: lines such as "ℹ pass 12"; a test that was cancelled did not pass.
 * @param {string} output
 * @returns {Counts | undefined}
 */
export function readNodeCounts(output) {
  const count = (/** @type {string} */ label) =>
    Number(lastMatch(output, new RegExp(`^ℹ ${label} (\\d+)$`, "gm"))?.[1] ?? Number.NaN);
  const [passed, failed, skipped] = [
    count("pass"),
    count("fail") + count("cancelled"),
    count("skipped") + count("todo"),
  ];
  return Number.isNaN(passed + failed + skipped) ? undefined : { passed, failed, skipped };
}

/**
 * pytest: "== 1 failed, 20 passed, 3 skipped, 1 error in 4.20s =="; an error is a test that did not pass.
 * @param {string} output
 * @returns {Counts | undefined}
 */
export function readPytestCounts(output) {
  const summary = lastMatch(output, /^=* ?(\d+ [a-z]+(?:, \d+ [a-z]+)*) in [\d.]+s/gm)?.[1];
  if (summary === undefined) return undefined;
  const count = (/** @type {string} */ label) => Number(new RegExp(`(\\d+) ${label}\\b`).exec(summary)?.[1] ?? 0);
  return {
    passed: count("passed") + count("xfailed"),
    failed: count("failed") + count("errors?") + count("xpassed"),
    skipped: count("skipped"),
  };
}

/**
 * The project's own programs: "N passed, N failed".
 * @param {string} output
 * @returns {Counts | undefined}
 */
export function readOwnCounts(output) {
  const match = lastMatch(output, /^(\d+) passed, (\d+) failed$/gm);
  return match ? { passed: Number(match[1]), failed: Number(match[2]), skipped: 0 } : undefined;
}

/**
 * schemathesis: "120 generated, 120 passed", or "120 generated, 7 found 3 unique failures"; each kind of failure counts once.
 * @param {string} output
 * @returns {Counts | undefined}
 */
export function readSchemathesisCounts(output) {
  const match = lastMatch(output, /^ +(\d+) generated, (?:.*?(\d+) found (\d+) unique failures?)?/gm);
  if (!match) return undefined;
  const [generated = 0, found = 0, failed = 0] = match.slice(1).map((count) => Number(count ?? 0));
  return { passed: generated - found, failed, skipped: 0 };
}

/** @type {CountReader} A program that only succeeds or fails counts as one test. */
export function countAsOne(_output, exitCode) {
  return exitCode === 0 ? { passed: 1, failed: 0, skipped: 0 } : { passed: 0, failed: 1, skipped: 0 };
}

/**
 * @param {string} text
 * @param {RegExp} pattern with the flag g
 */
function lastMatch(text, pattern) {
  return [...text.matchAll(pattern)].at(-1);
}
