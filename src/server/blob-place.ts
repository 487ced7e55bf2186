import { randomUUID } from "node:crypto";
import { existsSync, readdirSync } from "node:fs";
import { open, readFile, rename } from "node:fs/promises";
import { dirname, join } from "node:path";
import { syncDirectory } from "../stores/blobs/files.ts";
import { DataDirectoryError } from "./data-directory.ts";

const FILE = "blobs.json";

/** Where the files of a data folder's records are, where that is not in the folder itself. */
interface BlobPlace {
  /** `s3://bucket/prefix/`. */
  place: string;
  /** Names this registry to the bucket. */
  registry: string;
}

/** Throws `DataDirectoryError` where the files are elsewhere: without them the records would lead nowhere. */
export async function requireBlobsInFolder(dataDirectory: string): Promise<void> {
  const known = await readPlace(dataDirectory);
  if (known === undefined) return;
  throw new DataDirectoryError(
    `The files of the data folder ${dataDirectory} are in ${known.place}. Give --blobs ${known.place} and what leads there, or another folder with --data.`,
  );
}

/**
 * The id of this registry, for the bucket that keeps its files; remembers `place`, `s3://bucket/prefix/`, the first time. Throws
 * `DataDirectoryError` where its files are elsewhere.
 */
export async function requireBlobsAt(dataDirectory: string, blobPath: string, place: string): Promise<string> {
  const known = await readPlace(dataDirectory);
  if (known?.place === place) return known.registry;
  if (known) {
    throw new DataDirectoryError(
      `The files of the data folder ${dataDirectory} are in ${known.place}, not in ${place}. Give --blobs ${known.place}, or another folder with --data. If you have moved the files, change "place" in ${join(dataDirectory, FILE)}.`,
    );
  }
  if (hasBlobs(blobPath)) {
    throw new DataDirectoryError(
      `The data folder ${dataDirectory} has files in itself, in ${blobPath}, not in ${place}. Give --blobs folder, or another folder with --data.`,
    );
  }
  const registry = randomUUID();
  await writePlace(dataDirectory, { place, registry });
  return registry;
}

async function readPlace(dataDirectory: string): Promise<BlobPlace | undefined> {
  const path = join(dataDirectory, FILE);
  if (!existsSync(path)) return undefined;
  try {
    const { place, registry } = JSON.parse(await readFile(path, "utf8"));
    if (typeof place === "string" && typeof registry === "string") return { place, registry };
  } catch {
    // It is said below.
  }
  throw new DataDirectoryError(`${path} can't be read: it says where files are. Bring it back from a backup.`);
}

async function writePlace(dataDirectory: string, place: BlobPlace): Promise<void> {
  const path = join(dataDirectory, FILE);
  const handle = await open(`${path}.new`, "w", 0o600);
  try {
    await handle.writeFile(`${JSON.stringify(place, null, 2)}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(`${path}.new`, path);
  await syncDirectory(dirname(path));
}

function hasBlobs(blobPath: string): boolean {
  const directory = join(blobPath, "sha256");
  if (!existsSync(directory)) return false;
  return readdirSync(directory, { recursive: true, withFileTypes: true }).some((entry) => entry.isFile());
}
