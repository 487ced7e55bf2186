// npm start: runs the server; flags after `--` are those of `modelregistry serve`.

import { runCommand } from "./lib/command.mjs";
import { ensureNode } from "./lib/node.mjs";
import { ensureNodeModules } from "./lib/node-modules.mjs";
import { runInForeground } from "./lib/processes.mjs";

await runCommand(async () => {
  await ensureNodeModules();
  const node = await ensureNode();
  return runInForeground(node, ["src/cli/main.mjs", "serve", ...process.argv.slice(2)]);
});
