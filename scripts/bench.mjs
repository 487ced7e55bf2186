// npm run bench: measures this server against the official one. Flags go to bench/main.ts.

import { runCommand } from "./lib/command.mjs";
import { ensureNode, environmentWithNode } from "./lib/node.mjs";
import { ensureNodeModules } from "./lib/node-modules.mjs";
import { runInForeground } from "./lib/processes.mjs";
import { ensurePython } from "./lib/python.mjs";

await runCommand(async () => {
  await ensureNodeModules();
  const node = await ensureNode();
  await ensurePython("mlflow-3.17");
  return runInForeground(node, ["bench/main.ts", ...process.argv.slice(2)], environmentWithNode(node));
});
