import { type ParseArgsOptionsConfig, parseArgs } from "node:util";
import { type Config, readConfig } from "../server/config/config.ts";
import { ConfigError, readEnvironment } from "../server/config/settings.ts";

/** Throws `ConfigError` for flags that are unknown or lack their value. */
export function parseFlags<Options extends ParseArgsOptionsConfig>(argv: readonly string[], options: Options) {
  try {
    return parseArgs({ args: [...argv], options }).values;
  } catch (error) {
    throw new ConfigError(error instanceof Error ? error.message : String(error));
  }
}

/** Flags of every command that says where a registry's records and files are; they mean what they mean to the server. */
export const LOCATION_FLAGS = {
  data: { type: "string" },
  blobs: { type: "string" },
  "s3-endpoint": { type: "string" },
  "s3-region": { type: "string" },
  "s3-ca": { type: "string" },
  "s3-path-style": { type: "string" },
} as const;

type LocationFlags = Partial<Record<keyof typeof LOCATION_FLAGS, string>>;

/** Where the flags say, and otherwise the environment and the file `.env`. Throws `ConfigError`. */
export function readLocation(flags: LocationFlags): Pick<Config, "dataDirectory" | "blobs"> {
  const environment = readEnvironment(process.env, process.cwd());
  const { dataDirectory, blobs } = readConfig(locationArguments(flags), environment);
  return { dataDirectory, blobs };
}

/** The flags as `readConfig` takes them. */
export function locationArguments(flags: LocationFlags): string[] {
  const names = Object.keys(LOCATION_FLAGS) as (keyof typeof LOCATION_FLAGS)[];
  return names.flatMap((name) => (flags[name] === undefined ? [] : [`--${name}=${flags[name]}`]));
}
