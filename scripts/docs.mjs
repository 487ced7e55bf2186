// npm run docs: writes the generated pages and sections anew. Tests fail when one is out of date.

import { runCommand } from "./lib/command.mjs";
import { ensureNode } from "./lib/node.mjs";
import { ensureNodeModules } from "./lib/node-modules.mjs";
import { run } from "./lib/processes.mjs";
import { SetupError, say } from "./lib/project.mjs";

/** Each page and the program that writes it. */
const PAGES = {
  "docs/api-coverage.md": "src/server/api-coverage/write.ts",
  "docs/quirks/mlflow.md": "conformance/differential/write-quirks.ts",
};

await runCommand(async () => {
  await ensureNodeModules();
  const node = await ensureNode();
  for (const [page, program] of Object.entries(PAGES)) {
    const { code, output } = await run(node, [program]);
    if (code !== 0) throw new SetupError(`${output}\n${program} failed: ${page} is as it was.`);
    say(`✔ ${page}`);
  }
  return 0;
});
