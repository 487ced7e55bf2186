import type { OperationContext } from "../core/ops/context.ts";
import { createDefaultExperiment } from "../core/ops/experiments.ts";
import { LocalBlobStore } from "../stores/blobs/local.ts";
import { SqliteMetadataStore } from "../stores/sql/sqlite/sqlite-metadata-store.ts";
import { takeDataDirectory } from "./data-directory.ts";

/** Below it, runs' artifacts are reached through this server. */
const ARTIFACT_ROOT = "mlflow-artifacts:";

/** What a data folder holds, open for reading and writing. */
export interface Registry {
  readonly context: OperationContext;
  readonly databasePath: string;
  /** Finishes what is under way, then lets go of the data folder. */
  close(): Promise<void>;
}

/**
 * Takes a data folder for this process and brings it up to date; makes it where there is none. Throws `DataDirectoryError` and
 * `NewerSchemaError`.
 */
export async function openRegistry(dataDirectory: string): Promise<Registry> {
  const directory = await takeDataDirectory(dataDirectory);
  try {
    const store = await SqliteMetadataStore.open(directory.databasePath);
    const blobs = await LocalBlobStore.open(directory.blobPath);
    await blobs.removeStaleUploads();
    const context = { store, blobs, clock: Date, artifactRoot: ARTIFACT_ROOT };
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
