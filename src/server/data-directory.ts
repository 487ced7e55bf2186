import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

/** The data folder cannot be used; the message says why and what to do. */
export class DataDirectoryError extends Error {
  override readonly name = "DataDirectoryError";
}

export interface DataPaths {
  databasePath: string;
  blobPath: string;
  /** What requests are signed with. */
  signingKeyPath: string;
}

export interface DataDirectory extends DataPaths {
  /** Lets another server take the folder. */
  release(): void;
}

/**
 * Makes the data folder where it is missing and takes it for this process. The lock is the operating system's, on a file of its own, so
 * it ends with the process, however that dies.
 */
export async function takeDataDirectory(path: string): Promise<DataDirectory> {
  try {
    await mkdir(path, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new DataDirectoryError(
      `The data folder ${path} cannot be made: ${message(error)}. Give another one with --data.`,
    );
  }
  const lock = takeLock(path);
  return {
    ...pathsIn(path),
    release: () => lock.close(),
  };
}

/** Where a data folder has its records and its files. */
export function pathsIn(path: string): DataPaths {
  return {
    databasePath: join(path, "registry.db"),
    blobPath: join(path, "blobs"),
    signingKeyPath: join(path, "signing-key"),
  };
}

function takeLock(path: string): DatabaseSync {
  let lock: DatabaseSync | undefined;
  try {
    lock = new DatabaseSync(join(path, "lock"), { timeout: 0 });
    lock.exec("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE");
    return lock;
  } catch (error) {
    lock?.close();
    throw new DataDirectoryError(whyUnusable(path, message(error)));
  }
}

function whyUnusable(path: string, reason: string): string {
  if (reason.includes("locked")) {
    return `The data folder ${path} is in use by another modelregistry server. Stop that one, or give another folder with --data.`;
  }
  const advice = reason.includes("full") ? "Make room on its disk" : "Check its permissions";
  return `The data folder ${path} cannot be used: ${reason}. ${advice}, or give another folder with --data.`;
}

function message(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
