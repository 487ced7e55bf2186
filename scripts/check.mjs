// npm run check: everything about the code that can be seen without running it. All checks run even if one fails.
import { join } from "node:path";
import { checks } from "./lib/checks.mjs";
import { runCommand } from "./lib/command.mjs";
import { ensureNode, environmentWithNode } from "./lib/node.mjs";
import { ensureNodeModules } from "./lib/node-modules.mjs";
import { run } from "./lib/processes.mjs";
import { root, say } from "./lib/project.mjs";

await runCommand(async () => {
  await ensureNodeModules();
  const env = environmentWithNode(await ensureNode());
  let failed = 0;
  for (const { name, command, advice } of checks) {
    const [program = "", ...args] = command;
    const start = performance.now();
    const { code, output } = await run(join(root, "node_modules", ".bin", program), args, { env });
    const took = `${((performance.now() - start) / 1000).toFixed(1)} s`;
    say(`${code === 0 ? "✔" : "✘"} ${name.padEnd(30)} ${took}`);
    if (code === 0) continue;
    failed += 1;
    say(`\n${output.trimEnd()}\n\n  ${command.join(" ")}: ${advice}\n`);
  }
  say(failed === 0 ? "All checks pass." : `${failed} of ${checks.length} checks failed.`);
  return failed === 0 ? 0 : 1;
});
