import { resolve } from "node:path";
import { STORAGE_GROUP } from "../../core/model/stored-model-names.ts";
import { type BlobsConfig, readBlobsConfig } from "./blobs-config.ts";
import { type Environment, Settings } from "./settings.ts";

/** Everything that can be set, checked as a whole; read once, at start. */
export interface Config {
  host: string;
  /** 0: any free port. */
  port: number;
  /** Absolute path of the folder that holds the records, and the bytes unless they are elsewhere. */
  dataDirectory: string;
  blobs: BlobsConfig;
  logLevel: LogLevel;
  /** The APIs that are served; at least one. */
  protocols: ProtocolName[];
  /** Public host names by which the server may be called; `*` for any. */
  allowedHosts: string[];
  /** Origins of other sites whose pages may change things here. */
  allowedOrigins: string[];
  /** Where clients reach this server, without a closing slash, where it can't tell by itself. */
  publicUrl?: string;
  /** The storage groups that models may be put in; undefined: any. */
  storageGroups?: string[];
  /** Largest JSON body, in bytes. */
  bodyLimit: number;
  /** How long a client that is sending or receiving may let nothing pass before its connection is closed, in ms. */
  idleTimeout: number;
}

const LOG_LEVELS = ["debug", "info", "warn", "error", "silent"] as const;
type LogLevel = (typeof LOG_LEVELS)[number];

const PROTOCOLS = ["mlflow", "kubeflow", "binary"] as const;
export type ProtocolName = (typeof PROTOCOLS)[number];

const BODY_LIMIT_BYTES = 32 * 1024 * 1024;
const IDLE_TIMEOUT_MS = 5 * 60 * 1000;

/** Flags over environment over defaults; see `readEnvironment`. Throws `ConfigError`. */
export function readConfig(argv: readonly string[], environment: Environment): Config {
  const settings = new Settings(argv, environment);
  const publicUrl = parsePublicUrl(settings);
  const storageGroups = parseStorageGroups(settings);
  return {
    host: settings.get("host") ?? "",
    port: parsePort(settings),
    dataDirectory: resolve(settings.get("data") ?? ""),
    blobs: readBlobsConfig(settings),
    logLevel: parseLogLevel(settings),
    protocols: parseProtocols(settings),
    allowedHosts: [...parseHosts(settings.get("allowed-hosts")), ...(publicUrl ? [publicUrl.hostname] : [])],
    allowedOrigins: parseHosts(settings.get("allowed-origins")),
    ...(publicUrl && { publicUrl: publicUrl.href.replace(/\/+$/, "") }),
    ...(storageGroups && { storageGroups }),
    bodyLimit: BODY_LIMIT_BYTES,
    idleTimeout: IDLE_TIMEOUT_MS,
  };
}

function parseList(text = ""): string[] {
  return text
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== "");
}

function parseHosts(text: string | undefined): string[] {
  return parseList(text).map((item) => item.toLowerCase());
}

function parsePort(settings: Settings): number {
  const text = settings.get("port") ?? "";
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65535) return port;
  throw settings.refuse("port", "give a number from 0 to 65535");
}

function parseLogLevel(settings: Settings): LogLevel {
  const level = LOG_LEVELS.find((candidate) => candidate === settings.get("log-level"));
  if (level !== undefined) return level;
  throw settings.refuse("log-level", `give one of ${LOG_LEVELS.join(", ")}`);
}

function parseProtocols(settings: Settings): ProtocolName[] {
  const text = settings.get("protocols");
  if (text === undefined) return [...PROTOCOLS];
  const names = parseList(text.toLowerCase());
  const known = PROTOCOLS.filter((protocol) => names.includes(protocol));
  if (known.length > 0 && known.length === new Set(names).size) return known;
  throw settings.refuse("protocols", `give one or more of ${PROTOCOLS.join(", ")}`);
}

function parsePublicUrl(settings: Settings): URL | undefined {
  const text = settings.get("public-url");
  if (text === undefined) return undefined;
  const url = URL.parse(text);
  if (url && /^https?:$/.test(url.protocol) && url.search === "" && url.hash === "" && url.username === "") return url;
  throw settings.refuse(
    "public-url",
    "give the address at which clients reach this server, such as https://models.example.org",
  );
}

function parseStorageGroups(settings: Settings): string[] | undefined {
  const text = settings.get("storage-groups");
  if (text === undefined) return undefined;
  const groups = parseList(text);
  if (groups.length > 0 && groups.every((group) => STORAGE_GROUP.test(group))) return groups;
  throw settings.refuse(
    "storage-groups",
    "give names with commas between: up to 63 of A-Z, a-z, 0-9, '.', '_' and '-' each",
  );
}
