import { appendFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { tools } from "./project.mjs";

/** Characters to show of a stage that failed; the file has the rest. */
const SHOWN = 20_000;

/**
 * A file that keeps all that a stage writes.
 * @param {string} name
 */
export function openLog(name) {
  const folder = join(tools, "logs");
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${name}.log`);
  writeFileSync(file, "");
  let output = "";
  return {
    file,
    /** @param {string} text */
    write: (text) => {
      output += text;
      appendFileSync(file, text);
    },
    failures: () => lastPart(onlyFailures(output)),
  };
}

/**
 * `node --test` repeats the failures at its end, under a heading; other programs are brief about what passes.
 * @param {string} output
 */
function onlyFailures(output) {
  const heading = output.lastIndexOf("✖ failing tests:");
  return heading < 0 ? output : output.slice(heading);
}

/** @param {string} text */
function lastPart(text) {
  return text.length <= SHOWN ? text.trimEnd() : `[…]${text.slice(-SHOWN).trimEnd()}`;
}
