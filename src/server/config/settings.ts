import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs, parseEnv } from "node:util";

export type Environment = Readonly<Record<string, string | undefined>>;

/** A setting has a value that it cannot have; the message names the setting and says what to give. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

interface Definition {
  default?: string;
  /** The variable that the earlier registry had for it. */
  olderName?: string;
  /** No flag: those can be seen by everybody on the machine. */
  secret?: true;
}

/** Flags without their dashes; `MODELREGISTRY_` and the name in capitals is the environment's variable. */
const SETTINGS = {
  host: { default: "127.0.0.1" },
  port: { default: "5000", olderName: "REGISTRY_PORT" },
  data: { default: "data" },
  "log-level": { default: "warn" },
  protocols: {},
  "allowed-hosts": {},
  "allowed-origins": {},
  "public-url": {},
  "storage-groups": {},
  blobs: {},
  "s3-endpoint": { olderName: "MINIO_ENDPOINT" },
  "s3-public-endpoint": {},
  "s3-region": {},
  "s3-access-key": { olderName: "MINIO_ACCESS_KEY", secret: true },
  "s3-secret-key": { olderName: "MINIO_SECRET_KEY", secret: true },
  "s3-ca": {},
  "s3-path-style": {},
} satisfies Record<string, Definition>;

export type SettingName = keyof typeof SETTINGS;

const DEFINITIONS: Readonly<Record<SettingName, Definition>> = SETTINGS;

/** The environment, and below it what the file `.env` of a folder says, if there is one. */
export function readEnvironment(environment: Environment, directory: string): Environment {
  return { ...readEnvironmentFile(join(directory, ".env")), ...environment };
}

function readEnvironmentFile(path: string): Environment {
  try {
    return parseEnv(readFileSync(path, "utf8"));
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return {};
    throw new ConfigError(`${path} can't be read: ${error instanceof Error ? error.message : error}`);
  }
}

/** What was set: flags over the environment over the variables of the earlier registry over defaults. */
export class Settings {
  readonly environment: Environment;
  readonly #flags: Readonly<Record<string, string | undefined>>;

  /** Throws `ConfigError` for flags that are unknown or lack their value. */
  constructor(argv: readonly string[], environment: Environment) {
    this.environment = environment;
    this.#flags = parseFlags(argv);
  }

  /** What was given, or the default. An empty text is as good as none. */
  get(name: SettingName): string | undefined {
    return this.given(name) ?? DEFINITIONS[name].default;
  }

  /** As a person gave it, under the setting's own name or its older one. */
  given(name: SettingName): string | undefined {
    return this.givenByOwnName(name) ?? this.#byOlderName(name);
  }

  givenByOwnName(name: SettingName): string | undefined {
    return this.#flags[name] ?? (this.environment[variableOf(name)] || undefined);
  }

  /** How messages call it: as it was given. */
  nameOf(name: SettingName): string {
    const { olderName, secret } = DEFINITIONS[name];
    if (this.givenByOwnName(name) === undefined && this.#byOlderName(name) !== undefined) return olderName ?? name;
    return secret ? variableOf(name) : `--${name} (${variableOf(name)})`;
  }

  /** An error about the value that it has. */
  refuse(name: SettingName, advice: string): ConfigError {
    return new ConfigError(`${this.nameOf(name)} is ${JSON.stringify(this.get(name) ?? "")}; ${advice}`);
  }

  #byOlderName(name: SettingName): string | undefined {
    const { olderName } = DEFINITIONS[name];
    return olderName === undefined ? undefined : this.environment[olderName] || undefined;
  }
}

function variableOf(name: SettingName): string {
  return `MODELREGISTRY_${name.toUpperCase().replaceAll("-", "_")}`;
}

function parseFlags(argv: readonly string[]): Readonly<Record<string, string | undefined>> {
  const names = Object.entries(DEFINITIONS).filter(([, { secret }]) => !secret);
  const options = Object.fromEntries(names.map(([name]) => [name, { type: "string" as const }]));
  try {
    return parseArgs({ args: [...argv], options }).values;
  } catch (error) {
    throw new ConfigError(error instanceof Error ? error.message : String(error));
  }
}
