import { resolve } from "node:path";
import { parseArgs } from "node:util";

/** Everything that can be set, checked as a whole; read once, at start. */
export interface Config {
  host: string;
  /** 0: any free port. */
  port: number;
  /** Absolute path of the folder that holds the records and the bytes. */
  dataDirectory: string;
  logLevel: LogLevel;
  /** The APIs that are served; at least one. */
  protocols: ProtocolName[];
  /** Public host names by which the server may be called; `*` for any. */
  allowedHosts: string[];
  /** Origins of other sites whose pages may change things here. */
  allowedOrigins: string[];
  /** Largest JSON body, in bytes. */
  bodyLimit: number;
  /** How long a client that is sending or receiving may let nothing pass before its connection is closed, in ms. */
  idleTimeout: number;
}

const LOG_LEVELS = ["debug", "info", "warn", "error", "silent"] as const;
type LogLevel = (typeof LOG_LEVELS)[number];

const PROTOCOLS = ["mlflow", "kubeflow", "binary"] as const;
export type ProtocolName = (typeof PROTOCOLS)[number];

/** A setting has a value that it cannot have; the message names the setting and says what to give. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

/** Flags without their dashes; `MODELREGISTRY_` and the name in capitals is the environment's variable. */
const DEFAULTS = {
  host: "127.0.0.1",
  port: "5000",
  data: "data",
  "log-level": "warn",
  protocols: PROTOCOLS.join(","),
  "allowed-hosts": "",
  "allowed-origins": "",
};
type Setting = keyof typeof DEFAULTS;

const BODY_LIMIT_BYTES = 32 * 1024 * 1024;
const IDLE_TIMEOUT_MS = 5 * 60 * 1000;

/** Flags over environment over defaults. Throws `ConfigError`. */
export function readConfig(argv: readonly string[], environment: Readonly<Record<string, string | undefined>>): Config {
  const flags = parseFlags(argv);
  const setting = (name: Setting) => flags[name] ?? environment[variableOf(name)] ?? DEFAULTS[name];
  return {
    host: setting("host"),
    port: parsePort(setting("port")),
    dataDirectory: resolve(setting("data")),
    logLevel: parseLogLevel(setting("log-level")),
    protocols: parseProtocols(setting("protocols")),
    allowedHosts: parseList(setting("allowed-hosts")),
    allowedOrigins: parseList(setting("allowed-origins")),
    bodyLimit: BODY_LIMIT_BYTES,
    idleTimeout: IDLE_TIMEOUT_MS,
  };
}

function variableOf(setting: string): string {
  return `MODELREGISTRY_${setting.toUpperCase().replaceAll("-", "_")}`;
}

function parseFlags(argv: readonly string[]): Partial<Record<Setting, string>> {
  const options = Object.fromEntries(Object.keys(DEFAULTS).map((name) => [name, { type: "string" as const }]));
  try {
    return parseArgs({ args: [...argv], options }).values as Partial<Record<Setting, string>>;
  } catch (error) {
    throw new ConfigError(error instanceof Error ? error.message : String(error));
  }
}

function parseList(text: string): string[] {
  return text
    .split(",")
    .map((item) => item.trim().toLowerCase())
    .filter((item) => item !== "");
}

function parsePort(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65535) return port;
  throw new ConfigError(`--port (${variableOf("port")}) is ${JSON.stringify(text)}; give a number from 0 to 65535`);
}

function parseLogLevel(text: string): LogLevel {
  const level = LOG_LEVELS.find((candidate) => candidate === text);
  if (level !== undefined) return level;
  throw new ConfigError(
    `--log-level (${variableOf("log-level")}) is ${JSON.stringify(text)}; give one of ${LOG_LEVELS.join(", ")}`,
  );
}

function parseProtocols(text: string): ProtocolName[] {
  const names = parseList(text);
  const known = PROTOCOLS.filter((protocol) => names.includes(protocol));
  if (known.length > 0 && known.length === new Set(names).size) return known;
  throw new ConfigError(
    `--protocols (${variableOf("protocols")}) is ${JSON.stringify(text)}; give one or more of ${PROTOCOLS.join(", ")}`,
  );
}
