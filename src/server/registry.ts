import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { OperationContext } from "../core/ops/context.ts";
import { createDefaultExperiment } from "../core/ops/experiments.ts";
import { LocalBlobStore, type LocalBlobStoreOptions } from "../stores/blobs/local.ts";
import { inflateBytes } from "../stores/formats/inflate.ts";
import { SqliteMetadataStore } from "../stores/sql/sqlite/sqlite-metadata-store.ts";
import { DataDirectoryError, pathsIn, takeDataDirectory } from "./data-directory.ts";

/** Below it, runs' artifacts are reached through this server. */
const ARTIFACT_ROOT = "mlflow-artifacts:";

/** What a data folder holds, open for reading and writing. */
export interface Registry {
  readonly context: OperationContext;
  readonly databasePath: string;
  /** Finishes what is under way, then lets go of the data folder. */
  close(): Promise<void>;
}

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
 * What a data folder holds, to be read alone, also while a server works on it. Throws `DataDirectoryError` where there is none, and
 * `NewerSchemaError` and `OlderSchemaError`.
 */
export async function openRegistryBeside(dataDirectory: string): Promise<Registry> {
  const { databasePath, blobPath } = pathsIn(dataDirectory);
  if (!existsSync(databasePath)) {
    throw new DataDirectoryError(
      `There is no registry in the folder ${dataDirectory}. Give its data folder with --data.`,
    );
  }
  const store = await SqliteMetadataStore.openBeside(databasePath);
  const context = { store, blobs: await LocalBlobStore.open(blobPath), clock: Date, artifactRoot: ARTIFACT_ROOT };
  return { context, databasePath, close: () => store.close() };
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
 * Takes a data folder for this process and brings it up to date; makes it where there is none. Throws `DataDirectoryError` and
 * `NewerSchemaError`.
 */
export async function openRegistry(dataDirectory: string, options: LocalBlobStoreOptions = {}): Promise<Registry> {
  const directory = await takeDataDirectory(dataDirectory);
  try {
    const store = await SqliteMetadataStore.open(directory.databasePath);
    const blobs = await LocalBlobStore.open(directory.blobPath, options);
    await blobs.removeStaleUploads();
    const context = { store, blobs, clock: Date, inflate: inflateBytes, artifactRoot: ARTIFACT_ROOT };
    await createDefaultExperiment(context);
    const close = async () => {
      await store.close();
      directory.release();
    };
    return { context, databasePath: directory.databasePath, close };
  } catch (error) {
    directory.release();
    throw error;
  }
}
