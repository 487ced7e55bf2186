import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import type { S3Settings } from "../../stores/blobs/s3/settings.ts";
import { ConfigError, type Settings } from "./settings.ts";

/** Where the bytes of files are kept: in the data folder, or in a bucket. */
export type BlobsConfig = { kind: "folder" } | { kind: "s3"; settings: S3Settings };

/** What `--blobs` is for the data folder. */
const FOLDER = "folder";

/** Of MinIO, which does not ask; undefined for AWS, whose SDK has ways of its own to find it. */
const DEFAULT_REGION = "us-east-1";

/** The earlier registry's bucket where it named none, and where in a bucket of that registry this one keeps its files. */
const EARLIER_BUCKET = "models";
const PREFIX_IN_EARLIER_BUCKET = "modelregistry/";

const BUCKET_NAME = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

/** Throws `ConfigError`. */
export function readBlobsConfig(settings: Settings): BlobsConfig {
  const place = readPlace(settings);
  if (place === undefined) return { kind: "folder" };
  const endpoint = readEndpoint(settings);
  const publicEndpoint = readPublicEndpoint(settings, endpoint);
  const region = settings.get("s3-region") ?? (endpoint && DEFAULT_REGION);
  const credentials = readCredentials(settings);
  const certificateAuthority = readCertificates(settings);
  return {
    kind: "s3",
    settings: {
      ...place,
      pathStyle: readPathStyle(settings) ?? endpoint !== undefined,
      ...(endpoint !== undefined && { endpoint }),
      ...(publicEndpoint !== undefined && { publicEndpoint }),
      ...(region !== undefined && { region }),
      ...(credentials && { credentials }),
      ...(certificateAuthority !== undefined && { certificateAuthority }),
    },
  };
}

/** Undefined for the data folder. A bucket that only the earlier registry's settings name is made where there is none, as that one did. */
function readPlace(settings: Settings): Pick<S3Settings, "bucket" | "prefix" | "createsBucket"> | undefined {
  const place = settings.given("blobs");
  if (place === FOLDER) return undefined;
  if (place !== undefined) return { ...parsePlace(settings, place), createsBucket: false };
  if (settings.givenByOwnName("s3-endpoint") !== undefined) {
    throw new ConfigError(`${settings.nameOf("s3-endpoint")} is set, but no bucket: give --blobs s3://BUCKET too`);
  }
  if (settings.given("s3-endpoint") === undefined) return undefined;
  const bucket = settings.environment.MINIO_BUCKET || EARLIER_BUCKET;
  if (!BUCKET_NAME.test(bucket)) throw new ConfigError(`MINIO_BUCKET is ${JSON.stringify(bucket)}; ${BUCKET_ADVICE}`);
  return { bucket, prefix: PREFIX_IN_EARLIER_BUCKET, createsBucket: true };
}

const BUCKET_ADVICE = "give the name of a bucket: 3 to 63 of a-z, 0-9, '.' and '-'";

function parsePlace(settings: Settings, place: string): Pick<S3Settings, "bucket" | "prefix"> {
  const [, bucket = "", path = ""] = /^s3:\/\/([^/]+)(.*)$/.exec(place) ?? [];
  const names = path.split("/").filter((name) => name !== "");
  if (!BUCKET_NAME.test(bucket)) {
    throw settings.refuse("blobs", `give s3://BUCKET or s3://BUCKET/PREFIX, or ${FOLDER} for the data folder`);
  }
  if (names.some((name) => name === "." || name === "..")) throw settings.refuse("blobs", "give a prefix without '..'");
  return { bucket, prefix: names.map((name) => `${name}/`).join("") };
}

/** The earlier registry's has no scheme: `MINIO_SECURE` says it. */
function readEndpoint(settings: Settings): string | undefined {
  const text = settings.given("s3-endpoint");
  if (text === undefined) return undefined;
  const isOwn = settings.givenByOwnName("s3-endpoint") !== undefined;
  const scheme = /^(true|1|yes)$/i.test(settings.environment.MINIO_SECURE ?? "") ? "https" : "http";
  const origin = originOf(isOwn || text.includes("://") ? text : `${scheme}://${text}`);
  if (origin !== undefined) return origin;
  const example = isOwn ? "https://minio.example.org:9000" : "minio.example.org:9000";
  throw new ConfigError(`${settings.nameOf("s3-endpoint")} is no address of a server; give one such as ${example}`);
}

/** Clients surely reach AWS. Other servers may have a name that means nothing to them: they are sent there only where somebody says so. */
function readPublicEndpoint(settings: Settings, endpoint: string | undefined): string | undefined {
  const text = settings.get("s3-public-endpoint");
  if (text === "none") return undefined;
  if (text === undefined) return endpoint === undefined ? "same" : undefined;
  const origin = originOf(text);
  if (origin !== undefined) return origin;
  const advice = "give one such as https://s3.example.org, or none";
  throw new ConfigError(`${settings.nameOf("s3-public-endpoint")} is no address of a server; ${advice}`);
}

/** Undefined where it is no address, or has more than a server: it may be a password, so messages don't repeat it. */
function originOf(text: string): string | undefined {
  const url = URL.parse(text);
  const isServer = url && url.pathname === "/" && url.search === "" && url.username === "";
  return isServer && /^https?:$/.test(url.protocol) ? url.origin : undefined;
}

function readCredentials(settings: Settings): S3Settings["credentials"] {
  const accessKeyId = settings.given("s3-access-key");
  const secretAccessKey = settings.given("s3-secret-key");
  if (accessKeyId !== undefined && secretAccessKey !== undefined) return { accessKeyId, secretAccessKey };
  if (accessKeyId === undefined && secretAccessKey === undefined) return undefined;
  const missing = accessKeyId === undefined ? "s3-access-key" : "s3-secret-key";
  throw new ConfigError(`${settings.nameOf(missing)} is missing: the access key and the secret key are set together`);
}

function readCertificates(settings: Settings): string | undefined {
  const path = settings.get("s3-ca");
  if (path === undefined) return undefined;
  try {
    const certificates = readFileSync(path, "utf8");
    new X509Certificate(certificates);
    return certificates;
  } catch (error) {
    throw settings.refuse(
      "s3-ca",
      `give a file of certificates in PEM: ${error instanceof Error ? error.message : error}`,
    );
  }
}

function readPathStyle(settings: Settings): boolean | undefined {
  const text = settings.get("s3-path-style");
  if (text === undefined || text === "true" || text === "false") return text === undefined ? text : text === "true";
  throw settings.refuse("s3-path-style", "give true or false");
}
