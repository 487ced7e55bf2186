import { resolve } from "node:path";
import { parseArgs } from "node:util";

/** Everything that can be set, checked as a whole; read once, at start. */
export interface Config {
  host: string;
  /** 0: any free port. */
  port: number;
  /** Absolute path of the folder that holds the records and the bytes. */
  dataDirectory: string;
  /** Largest JSON body, in bytes. */
  bodyLimit: number;
}

/** A setting has a value that it cannot have; the message names the setting and says what to give. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

const DEFAULTS = { host: "127.0.0.1", port: "5000", data: "data" };

const BODY_LIMIT_BYTES = 32 * 1024 * 1024;

/** Flags over environment over defaults. */
export function readConfig(argv: readonly string[], environment: Readonly<Record<string, string | undefined>>): Config {
  const flags = parseFlags(argv);
  const setting = (name: keyof typeof DEFAULTS) =>
    flags[name] ?? environment[`MODELREGISTRY_${name.toUpperCase()}`] ?? DEFAULTS[name];
  return {
    host: setting("host"),
    port: parsePort(setting("port")),
    dataDirectory: resolve(setting("data")),
    bodyLimit: BODY_LIMIT_BYTES,
  };
}

function parseFlags(argv: readonly string[]): Partial<Record<keyof typeof DEFAULTS, string>> {
  try {
    const { values } = parseArgs({
      args: [...argv],
      options: { host: { type: "string" }, port: { type: "string" }, data: { type: "string" } },
    });
    return { ...values };
  } catch (error) {
    throw new ConfigError(error instanceof Error ? error.message : String(error));
  }
}

function parsePort(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65535) return port;
  throw new ConfigError(`--port is ${JSON.stringify(text)}; give a number from 0 to 65535`);
}
