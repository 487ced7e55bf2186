// npm run verify: reads every stored file and says what is wrong; what comes after `--` is that of `modelregistry verify`.

import { runProgram } from "./lib/program.mjs";

await runProgram("verify");
