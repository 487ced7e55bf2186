// npm start: runs the server; flags after `--` are those of `modelregistry serve`.

import { runProgram } from "./lib/program.mjs";

await runProgram("serve");
