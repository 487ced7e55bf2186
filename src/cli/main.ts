#!/usr/bin/env node
import { startServer } from "../server/compose.ts";
import { readConfig } from "../server/config/config.ts";

const [command, ...argv] = process.argv.slice(2);
if (command !== "serve") {
  console.error("Usage: modelregistry serve [--host HOST] [--port PORT] [--data DIR]");
  process.exit(2);
}
const server = await startServer(readConfig(argv, process.env));
console.log(`modelregistry listens on ${server.url}`);
