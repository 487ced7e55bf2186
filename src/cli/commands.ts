#!/usr/bin/env node
import { version } from "../server/version.ts";
import { serve } from "./serve.ts";

const HELP = `modelregistry ${version}: a model registry server for MLflow and Kubeflow clients

Usage: modelregistry serve [flags]
       modelregistry verify [flags]
       modelregistry import kubeflow --from URL [flags]
       modelregistry import mongo --from URL --s3 URL [flags]

serve: runs the server

  --host HOST             address to listen on (127.0.0.1)
  --port PORT             port, 0 for any free one (5000)
  --data DIR              folder of the records and the files (data)
  --protocols LIST        APIs to serve, with commas between (mlflow,kubeflow,binary)
  --allowed-hosts LIST    public names this server may be called by, with commas between; * for any
  --allowed-origins LIST  sites whose pages may change things here, such as https://ui.example.org
  --public-url URL        where clients reach this server, if not at its own address: https://models.example.org
  --storage-groups LIST   the storage groups that models may be put in, with commas between (any)
  --log-level LEVEL       debug, info, warn, error or silent (warn)
  --blobs PLACE           where files are kept: s3://BUCKET/PREFIX, or folder for the data folder (folder)
  --s3-endpoint URL       address of the S3 server, such as https://minio.example.org:9000 (AWS)
  --s3-public-endpoint URL  the same as clients know it, who then put and fetch large files there; or none (none, but for AWS)
  --s3-region REGION      region of the bucket (us-east-1 with an endpoint, else as the AWS SDK finds it)
  --s3-ca FILE            certificates (PEM) of the authority that vouches for the S3 server
  --s3-path-style BOOL    ENDPOINT/BUCKET/KEY instead of BUCKET.ENDPOINT/KEY (true with an endpoint)

  Each flag can be an environment variable instead: MODELREGISTRY_HOST, MODELREGISTRY_ALLOWED_HOSTS, … or a line of a file .env in the
  working directory. MODELREGISTRY_S3_ACCESS_KEY and MODELREGISTRY_S3_SECRET_KEY have no flags; without them the AWS SDK looks where it
  always does. docs/storage.md has examples.

verify: reads every stored file and says which are damaged, missing, orphaned or stray; a server may be at work on the same data. Ends with
0 when all is whole, with 1 when something is not, with 2 when it could not look.

  --data DIR, --blobs …   where they are, as of serve
  --parallel N            files that are read at a time (4)
  --json                  prints the findings as one JSON document

import kubeflow: copies everything that a Kubeflow Model Registry has, through its REST API, into a data folder that no server is using;
started again, it goes on where it stopped and copies what is new. Ends with 0 when everything is there, with 3 when something is not.

  --from URL              address of the registry to copy, such as http://model-registry-service:8080
  --data DIR, --blobs …   where to copy to, as of serve
  --token TOKEN           bearer token for the source (MODEL_REGISTRY_TOKEN)
  --ca-file FILE          certificates (PEM) of the authority that vouches for the source
  --source-name NAME      under which this registry remembers what it has from the source (its address)
  --report FILE           writes the report as JSON too
  --dry-run               reads everything and reports, but writes nothing

import mongo: copies the registry whose records are in MongoDB and whose files are on MinIO or another S3, with the files, into a data
folder that no server is using; the rest is as above. Reads MONGODB_URL, MONGODB_DB, MINIO_ENDPOINT, MINIO_ACCESS_KEY, MINIO_SECRET_KEY and
MINIO_BUCKET from the environment or a file .env; secrets belong there.

  --from URL              address of the MongoDB with the database, such as mongodb://host:27017/metadata (MONGODB_URL, MONGODB_DB)
  --s3 URL                address of the object storage, such as http://minio:9000 (MINIO_ENDPOINT)
  --collection NAME       collection of the records (models)
  --bucket NAME           bucket of models that name none (MINIO_BUCKET, models)
  --region NAME           region of the object storage (us-east-1)
  --public-url URL        where clients will reach this registry (http://127.0.0.1:5000)
  --data, --ca-file, --source-name, --report, --dry-run as above

  --help                  this text
  --version               the version
`;

async function main(argv: readonly string[]): Promise<number> {
  const [command, ...rest] = argv;
  if (argv.includes("--help") || argv.includes("-h")) {
    console.log(HELP);
    return 0;
  }
  if (argv.includes("--version")) {
    console.log(version);
    return 0;
  }
  if (command === "serve") return serve(rest);
  if (command === "verify") return (await import("./verify.ts")).verify(rest);
  if (command === "import") return importFrom(rest);
  console.error(command === undefined ? HELP : `modelregistry: there is no command '${command}'. Try --help.`);
  return 2;
}

/** Loaded when it is used: a server needs nothing of it. */
async function importFrom([source, ...flags]: readonly string[]): Promise<number> {
  if (source === "kubeflow") return (await import("./import-kubeflow.ts")).importKubeflow(flags);
  if (source === "mongo") return (await import("./import-mongo.ts")).importMongo(flags);
  console.error(
    "modelregistry: say what to import: modelregistry import kubeflow --from URL, or modelregistry import mongo --from URL. Try --help.",
  );
  return 2;
}

process.exitCode = await main(process.argv.slice(2));
