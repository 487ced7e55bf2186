import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { root } from "./lib/project.mjs";

const read = (/** @type {string} */ file) => readFileSync(join(root, file), "utf8");
const manifest = JSON.parse(read("package.json"));

test("docs/dependencies.md gives each dependency's reason, and no other's", () => {
  const documented = [...read("docs/dependencies.md").matchAll(/^\| `(.+?)` \| \S/gm)].map(([, name]) => name);
  const declared = [...Object.keys(manifest.dependencies), ...Object.keys(manifest.devDependencies)];
  assert.deepEqual(documented.toSorted(), declared.toSorted());
});

test("the lockfile has every platform's optional packages, without which npm ci refuses it", () => {
  /** @type {Record<string, { optionalDependencies?: Record<string, string> }>} */
  const packages = JSON.parse(read("package-lock.json")).packages;
  const missing = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter(
      (name) => !packages[`node_modules/${name}`] && !packages[`${path}/node_modules/${name}`],
    ),
  );
  assert.deepEqual(missing, []);
});
