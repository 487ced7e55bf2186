// Plants one violation of each rule in a small copy of the project's rooms: a rule that can't fail protects nothing.
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, test } from "node:test";
import config from "../.dependency-cruiser.mjs";
import { run } from "./lib/processes.mjs";
import { root } from "./lib/project.mjs";

const ALLOWED = {
  "src/core/a.ts": 'import type { B } from "./b.ts";',
  "src/core/b.ts": "export type B = string;",
  "src/core/one.ts": "export type One = string;",
  "src/core/two.ts": 'import type { One } from "./one.ts"; export type Two = One;',
  "src/protocols/mlflow/routes.ts": 'import "../../core/a.ts";',
  "src/protocols/mlflow/routes.test.ts": 'import "node:test"; import "../../server/compose.ts";',
  "src/stores/sql/runs.ts": 'import "node:fs"; import "pg"; import "../../core/a.ts";',
  "src/stores/testkit/suite.ts": 'import "node:test"; import "../sql/runs.ts";',
  "src/server/compose.ts": 'import "../protocols/mlflow/routes.ts"; import "../stores/sql/runs.ts";',
  "src/importers/kubeflow/import.ts": 'import "../../core/a.ts"; import "../../protocols/mlflow/routes.ts";',
  "src/cli/main.ts": 'import "../server/compose.ts"; import "../importers/kubeflow/import.ts";',
  "src/client/client.ts": 'import "@noble/hashes/sha2.js";',
  "src/client/node/files.ts": 'import "node:fs"; import "../client.ts";',
  "bench/seed/fill.ts": 'import "../../src/stores/sql/runs.ts";',
  "conformance/differential/main.ts": 'import "node:http";',
};

/** @type {[rule: string, file: string, text: string][]} */
const VIOLATIONS = [
  ["core-is-pure", "src/core/node.ts", 'import { readFile } from "node:fs";'],
  ["core-is-pure", "src/core/npm.ts", 'import type { FastifyInstance } from "fastify";'],
  ["core-is-pure", "src/core/exported.ts", 'export * from "../stores/sql/runs.ts";'],
  ["core-is-pure", "src/core/later.ts", 'export const later = () => import("../server/compose.ts");'],
  ["protocols-know-the-core-only", "src/protocols/mlflow/store.ts", 'import "../../stores/sql/runs.ts";'],
  ["protocols-know-the-core-only", "src/protocols/mlflow/type.ts", 'import type { X } from "../../server/compose.ts";'],
  ["protocols-know-no-sibling", "src/protocols/kubeflow/sibling.ts", 'import "../mlflow/routes.ts";'],
  ["stores-know-the-core-only", "src/stores/sql/protocol.ts", 'import "../../protocols/mlflow/routes.ts";'],
  ["stores-know-the-core-only", "src/stores/testkit/server.ts", 'import "../../server/compose.ts";'],
  ["importers-know-core-and-protocols", "src/importers/kubeflow/store.ts", 'import "../../stores/sql/runs.ts";'],
  ["nothing-but-the-cli-imports", "src/server/import.ts", 'import "../importers/kubeflow/import.ts";'],
  ["server-knows-no-cli", "src/server/cli.ts", 'import "../cli/main.ts";'],
  ["client-stands-alone", "src/client/core.ts", 'import "../core/a.ts";'],
  ["client-runs-in-browsers", "src/client/files.ts", 'import "node:fs";'],
  ["client-doors-are-two", "src/client/door.ts", 'import "./node/files.ts";'],
  ["client-is-small", "src/client/library.ts", 'import "pg";'],
  ["black-box-stays-outside", "conformance/differential/core.ts", 'import "../../src/core/a.ts";'],
  ["bench-talks-to-urls", "bench/store.ts", 'import "../src/stores/sql/runs.ts";'],
  ["bench-seeds-stores", "bench/seed/server.ts", 'import "../../src/server/compose.ts";'],
  ["testkit-is-for-tests", "src/server/testkit.ts", 'import "../stores/testkit/suite.ts";'],
  ["nothing-in-a-circle", "src/core/one.ts", 'import type { Two } from "./two.ts"; export type One = Two;'],
  ["everything-resolves", "src/core/lost.ts", 'import "./missing.ts";'],
  ["only-own-dependencies", "src/server/development.ts", 'import "fast-check";'],
];

const folder = mkdtempSync(join(tmpdir(), "modelregistry-rooms-"));
after(() => rmSync(folder, { recursive: true }));
symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
write(
  "package.json",
  JSON.stringify({
    type: "module",
    dependencies: { pg: "*", fastify: "*", "@noble/hashes": "*" },
    devDependencies: { "fast-check": "*" },
  }),
);
for (const [file, text] of Object.entries(ALLOWED)) write(file, text);

test("rooms that follow the rules pass", async () => {
  assert.deepEqual(await findViolations(), []);
});

test("each planted violation is found", async () => {
  for (const [, file, text] of VIOLATIONS) write(file, text);
  const found = new Set(await findViolations());
  const missed = VIOLATIONS.map(([rule, file]) => `${rule}: ${file}`).filter((violation) => !found.has(violation));
  assert.deepEqual(missed, []);
});

test("every rule has a planted violation", () => {
  const planted = new Set(VIOLATIONS.map(([rule]) => rule));
  const rules = config.forbidden.map(({ name }) => name);
  assert.deepEqual(
    rules.filter((name) => !planted.has(name)),
    [],
  );
});

test("lint refuses an import within a type, which the rules would not see", async () => {
  write("src/core/within.ts", 'export type X = import("../server/compose.ts").X;');
  /** @type {{ plugins: string[] }} */
  const { plugins } = JSON.parse(readFileSync(join(root, "biome.json"), "utf8"));
  write("biome.json", JSON.stringify({ plugins: plugins.map((plugin) => join(root, plugin)) }));
  const { code, output } = await run(join(root, "node_modules", ".bin", "biome"), ["lint", "src/core"], {
    cwd: folder,
  });
  assert.equal(code, 1);
  assert.match(output, /Import types at the top of the file/);
});

/**
 * @param {string} file
 * @param {string} text
 */
function write(file, text) {
  mkdirSync(dirname(join(folder, file)), { recursive: true });
  writeFileSync(join(folder, file), text);
}

/** @returns {Promise<string[]>} such as "core-is-pure: src/core/node.ts" */
async function findViolations() {
  const config = join(root, ".dependency-cruiser.mjs");
  const args = ["--config", config, "--output-type", "json", "src", "bench", "conformance"];
  const { output } = await run(join(root, "node_modules", ".bin", "depcruise"), args, { cwd: folder });
  /** @type {{ summary: { violations: { from: string, rule: { name: string } }[] } }} */
  const report = JSON.parse(output);
  return report.summary.violations.map(({ from, rule }) => `${rule.name}: ${from}`);
}
