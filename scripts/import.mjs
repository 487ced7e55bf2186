// npm run import: copies another registry; what comes after `--` is that of `modelregistry import`.

import { runProgram } from "./lib/program.mjs";

await runProgram("import");
