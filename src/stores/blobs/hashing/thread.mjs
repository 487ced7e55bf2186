import { enableCompileCache } from "node:module";

// As in `cli/main.mjs`: a thread does not inherit it.
enableCompileCache();
await import("./thread.ts");
