import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { root } from "./lib/project.mjs";

/** Pages that name the tests that hold what they say, as `FILE::TEST`, with the folder of the files where no other is given. */
const PAGES = [
  { page: "docs/identity.md", folder: "conformance/journeys" },
  { page: "docs/quirks/kubeflow.md", folder: "conformance/kubeflow" },
];

for (const { page, folder } of PAGES) {
  test(`every test that ${page} names is there`, () => {
    const named = [...readFileSync(join(root, page), "utf8").matchAll(/`([\w./-]+)::([^`]+)`/g)];
    assert.ok(named.length > 0);
    const missing = named.filter(([, file = "", name = ""]) => !isThere(folder, file, name));
    assert.deepEqual(
      missing.map(([reference]) => reference),
      [],
    );
  });
}

/**
 * @param {string} folder
 * @param {string} file a Python file as `pythonFile` takes it, or the whole path of a TypeScript file
 * @param {string} name of a Python function without its `test_`, or the title of a TypeScript test
 */
function isThere(folder, file, name) {
  const path = join(root, file.endsWith(".ts") ? file : pythonFile(folder, file));
  const declared = file.endsWith(".ts") ? `"${name}"` : `def test_${name}(`;
  return existsSync(path) && readFileSync(path, "utf8").includes(declared);
}

/**
 * @param {string} folder
 * @param {string} file such as `versions`, which is `test_versions.py` of the folder, or `journeys/versions`, which is one of another
 */
function pythonFile(folder, file) {
  const [name, other] = file.split("/").reverse();
  return `${other ? `conformance/${other}` : folder}/test_${name}.py`;
}
