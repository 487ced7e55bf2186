// npm run build: what the published package holds, in dist/: JavaScript of everything, and the client's types.
import { rmSync } from "node:fs";
import { join } from "node:path";
import { runCommand } from "./lib/command.mjs";
import { ensureNode } from "./lib/node.mjs";
import { ensureNodeModules } from "./lib/node-modules.mjs";
import { runInForeground } from "./lib/processes.mjs";
import { root } from "./lib/project.mjs";

await runCommand(async () => {
  await ensureNodeModules();
  const node = await ensureNode();
  const compiler = join(root, "node_modules", "typescript", "bin", "tsc");
  // What is no longer in the source must not be published.
  rmSync(join(root, "dist"), { recursive: true, force: true });
  for (const project of ["tsconfig.build.json", "tsconfig.types.json"]) {
    const code = await runInForeground(node, [compiler, "--project", project]);
    if (code !== 0) return code;
  }
  return 0;
});
