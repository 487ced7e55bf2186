import { type ParseArgsOptionsConfig, parseArgs } from "node:util";
import { ConfigError } from "../server/config/config.ts";

/** Throws `ConfigError` for flags that are unknown or lack their value. */
export function parseFlags<Options extends ParseArgsOptionsConfig>(argv: readonly string[], options: Options) {
  try {
    return parseArgs({ args: [...argv], options }).values;
  } catch (error) {
    throw new ConfigError(error instanceof Error ? error.message : String(error));
  }
}
