import { resolve } from "node:path";
import { type DocumentSettings, DocumentSource } from "../importers/mongo/documents.ts";
import { importFromMongo } from "../importers/mongo/import.ts";
import { IMPORT_KINDS } from "../importers/mongo/kinds.ts";
import { type ObjectSettings, ObjectSource } from "../importers/mongo/objects.ts";
import { ImportReport } from "../importers/report.ts";
import { readConfig } from "../server/config/config.ts";
import { ConfigError, type Environment, readEnvironment } from "../server/config/settings.ts";
import { LOCATION_FLAGS, locationArguments, parseFlags } from "./flags.ts";
import { explainingErrors, type ImportSettings, runImport, trust } from "./import-run.ts";

interface Settings extends ImportSettings {
  documents: DocumentSettings;
  objects: ObjectSettings;
  defaultBucket: string;
  publicUrl: string;
  sourceName?: string;
}

/** `modelregistry import mongo`: copies a registry that keeps its records in MongoDB and its files on S3. Returns the exit status. */
export function importMongo(argv: readonly string[]): Promise<number> {
  return explainingErrors(() => run(readSettings(argv)));
}

async function run({
  documents: at,
  objects: on,
  sourceName,
  defaultBucket,
  publicUrl,
  ...settings
}: Settings): Promise<number> {
  const documents = await DocumentSource.open(at);
  const objects = new ObjectSource(on);
  const report = new ImportReport(IMPORT_KINDS);
  const { dryRun } = settings;
  try {
    return await runImport(settings, {
      description: `${documents.address} and ${on.endpoint}`,
      report,
      copy: (context, onProgress) =>
        importFromMongo(context, documents, objects, {
          ...{ sourceName: sourceName ?? documents.address, defaultBucket, publicUrl, dryRun, report, onProgress },
        }),
    });
  } finally {
    objects.close();
    await documents.close();
  }
}

/** The collection and the bucket of the earlier registry, where nobody has said another. */
const COLLECTION = "models";
const BUCKET = "models";

const FLAGS = {
  from: { type: "string" },
  s3: { type: "string" },
  collection: { type: "string", default: COLLECTION },
  bucket: { type: "string" },
  region: { type: "string" },
  ...LOCATION_FLAGS,
  "public-url": { type: "string" },
  "ca-file": { type: "string" },
  "source-name": { type: "string" },
  report: { type: "string" },
  "dry-run": { type: "boolean", default: false },
} as const;

type Flags = ReturnType<typeof parseFlags<typeof FLAGS>>;

function readSettings(argv: readonly string[]): Settings {
  const flags = parseFlags(argv, FLAGS);
  const environment = readEnvironment(process.env, process.cwd());
  if (flags["ca-file"] !== undefined) trust(flags["ca-file"]);
  const config = readConfig(locationArguments(flags), environment);
  const publicUrl = flags["public-url"] ?? config.publicUrl ?? `http://127.0.0.1:${config.port}`;
  return {
    documents: readDocumentSettings(flags, environment),
    objects: readObjectSettings(flags, environment),
    defaultBucket: flags.bucket ?? environment.MINIO_BUCKET ?? BUCKET,
    publicUrl: publicUrl.replace(/\/+$/, ""),
    dataDirectory: config.dataDirectory,
    blobs: config.blobs,
    dryRun: flags["dry-run"],
    ...(flags["source-name"] && { sourceName: flags["source-name"] }),
    ...(flags.report && { reportFile: resolve(flags.report) }),
  };
}

function readDocumentSettings({ from, collection }: Flags, environment: Environment): DocumentSettings {
  const url = from || environment.MONGODB_URL;
  if (!url) {
    throw new ConfigError(
      "--from is missing: give the address of the MongoDB, such as mongodb://host:27017/metadata, or set MONGODB_URL, where nobody reads the password",
    );
  }
  return { url, collection, ...(environment.MONGODB_DB && { defaultDatabase: environment.MONGODB_DB }) };
}

function readObjectSettings({ s3, region }: Flags, environment: Environment): ObjectSettings {
  const {
    MINIO_ENDPOINT,
    MINIO_SECURE,
    MINIO_ACCESS_KEY: accessKeyId,
    MINIO_SECRET_KEY: secretAccessKey,
  } = environment;
  const endpoint = s3 || MINIO_ENDPOINT;
  if (!endpoint) {
    throw new ConfigError(
      "--s3 is missing: give the address of the object storage, such as http://minio:9000, or set MINIO_ENDPOINT",
    );
  }
  const scheme = /^(true|1|yes)$/i.test(MINIO_SECURE ?? "") ? "https" : "http";
  const url = endpoint.includes("://") ? endpoint : `${scheme}://${endpoint}`;
  if (!/^https?:/.test(URL.parse(url)?.protocol ?? "")) {
    throw new ConfigError(
      `--s3 (MINIO_ENDPOINT) ${endpoint} is no address of an object storage; give one such as http://minio:9000`,
    );
  }
  return {
    endpoint: url.replace(/\/+$/, ""),
    region: region ?? environment.AWS_REGION ?? "us-east-1",
    ...(accessKeyId && secretAccessKey && { credentials: { accessKeyId, secretAccessKey } }),
  };
}
