#!/usr/bin/env node
// The command `modelregistry`, in a checkout from its source, in an installed package from what was built of it: Node does not run
// TypeScript below node_modules.
import { existsSync } from "node:fs";

const MINIMUM_NODE = 24;

if (Number.parseInt(process.versions.node, 10) < MINIMUM_NODE) {
  console.error(
    `modelregistry needs Node ${MINIMUM_NODE} or newer to run as a server; this is ${process.version}. The client needs 20.`,
  );
  process.exit(1);
}
const source = new URL("../src/cli/main.mjs", import.meta.url);
const built = new URL("../dist/cli/main.mjs", import.meta.url);
await import((existsSync(source) ? source : built).href);
