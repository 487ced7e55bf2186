// npm run kill -- 200: kills the server so many times in the middle of its work, and looks what it has lost.

import { runCommand } from "./lib/command.mjs";
import { ensureNode } from "./lib/node.mjs";
import { ensureNodeModules } from "./lib/node-modules.mjs";
import { runInForeground } from "./lib/processes.mjs";

const [kills = "200"] = process.argv.slice(2);

await runCommand(async () => {
  await ensureNodeModules();
  const node = await ensureNode();
  const environment = { ...process.env, MODELREGISTRY_TEST_KILLS: kills };
  return runInForeground(node, ["--test", "src/server/durability/kill.test.ts"], environment);
});
