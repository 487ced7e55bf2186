import { runCommand } from "./command.mjs";
import { ensureNode } from "./node.mjs";
import { ensureNodeModules } from "./node-modules.mjs";
import { runInForeground } from "./processes.mjs";

/**
 * Runs one command of the program from source, with the flags that come behind `--`, after installing what is missing.
 * @param {string} command `serve`, `import`, `verify`
 */
export function runProgram(command) {
  return runCommand(async () => {
    await ensureNodeModules();
    const node = await ensureNode();
    return runInForeground(node, ["src/cli/main.mjs", command, ...process.argv.slice(2)]);
  });
}
