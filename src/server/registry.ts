import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { OperationContext } from "../core/ops/context.ts";
import { createDefaultExperiment } from "../core/ops/experiments.ts";
import { factsTools } from "../stores/formats/facts-tools.ts";
import { SqliteMetadataStore } from "../stores/sql/sqlite/sqlite-metadata-store.ts";
import { type OnDamage, type OpenedBlobs, openBlobs } from "./blobs.ts";
import type { BlobsConfig } from "./config/blobs-config.ts";
import { DataDirectoryError, pathsIn, takeDataDirectory } from "./data-directory.ts";
import { readSigningKey } from "./signing-key.ts";

/** Below it, runs' artifacts are reached through this server. */
const ARTIFACT_ROOT = "mlflow-artifacts:";

/** What a data folder holds, open for reading and writing. */
export interface Registry {
  readonly context: OperationContext;
  readonly databasePath: string;
  /** Tidying that goes on in the background. */
  readonly upkeep: Promise<void>;
  /** Finishes what is under way, then lets go of the data folder. */
  close(): Promise<void>;
}

export interface RegistryOptions {
  /** Where the bytes are; in the data folder where nothing is said. */
  blobs?: BlobsConfig;
  onDamage?: OnDamage;
}

const IN_FOLDER: BlobsConfig = { kind: "folder" };

/** As `openRegistry`, on a copy of the records that goes when it is closed: the folder stays as it is, and may be in use. */
export async function openRegistryCopy(dataDirectory: string): Promise<Registry> {
  const copy = await mkdtemp(join(tmpdir(), "modelregistry-"));
  const remove = () => rm(copy, { recursive: true, force: true });
  try {
    copyDatabase(pathsIn(dataDirectory).databasePath, pathsIn(copy).databasePath);
    const registry = await openRegistry(copy);
    return { ...registry, close: () => registry.close().finally(remove) };
  } catch (error) {
    await remove();
    throw error;
  }
}

/**
 * What a data folder holds, to be read alone, also while a server works on it. Throws `DataDirectoryError` where there is none,
 * `BlobStoreError`, and `NewerSchemaError` and `OlderSchemaError`.
 */
export async function openRegistryBeside(dataDirectory: string, blobs = IN_FOLDER): Promise<Registry> {
  const paths = pathsIn(dataDirectory);
  const { databasePath } = paths;
  if (!existsSync(databasePath)) {
    throw new DataDirectoryError(
      `There is no registry in the folder ${dataDirectory}. Give its data folder with --data.`,
    );
  }
  const store = await SqliteMetadataStore.openBeside(databasePath);
  try {
    const opened = await openBlobs(dataDirectory, paths, blobs);
    const context = contextOf(store, opened);
    const close = () => store.close().finally(opened.close);
    return { context, databasePath, upkeep: Promise.resolve(), close };
  } catch (error) {
    await store.close();
    throw error;
  }
}

function copyDatabase(from: string, to: string): void {
  if (!existsSync(from)) return;
  const database = new DatabaseSync(from, { readOnly: true });
  try {
    database.prepare("VACUUM INTO ?").run(to);
  } finally {
    database.close();
  }
}

/**
 * Takes a data folder for this process and brings it up to date; makes it where there is none. Throws `DataDirectoryError`,
 * `BlobStoreError` and `NewerSchemaError`.
 */
export async function openRegistry(dataDirectory: string, options: RegistryOptions = {}): Promise<Registry> {
  const { blobs = IN_FOLDER, onDamage } = options;
  const directory = await takeDataDirectory(dataDirectory);
  try {
    const signingKey = blobs.kind === "folder" ? await readSigningKey(directory.signingKeyPath) : undefined;
    const opened = await openBlobs(dataDirectory, directory, blobs, { onDamage, signingKey });
    const store = await SqliteMetadataStore.open(directory.databasePath);
    const context = contextOf(store, opened);
    const upkeep = await tidyUp(context, blobs);
    await createDefaultExperiment(context);
    const close = async () => {
      await store.close();
      opened.close();
      directory.release();
    };
    return { context, databasePath: directory.databasePath, ...upkeep, close };
  } catch (error) {
    directory.release();
    throw error;
  }
}

function contextOf(
  store: SqliteMetadataStore,
  { blobs, directTransfers, ownTransfers }: OpenedBlobs,
): OperationContext {
  return {
    store,
    blobs,
    ...(directTransfers && { directTransfers }),
    ...(ownTransfers && { ownTransfers }),
    clock: Date,
    factsTools,
    artifactRoot: ARTIFACT_ROOT,
  };
}

/** In a folder at once; a bucket is tidied in the background, because it takes long there and concerns nothing that is new. */
async function tidyUp({ blobs }: OperationContext, { kind }: BlobsConfig): Promise<{ upkeep: Promise<void> }> {
  const upkeep = blobs.removeStaleUploads();
  if (kind === "folder") await upkeep;
  // Who wants to hear of a failure asks; nobody else is ended by it.
  upkeep.catch(() => undefined);
  return { upkeep };
}
