import { CoreError } from "../errors.ts";
import { artifactName } from "../model/artifact-paths.ts";
import type { ArtifactFile } from "../model/artifacts.ts";
import type { StoredFiles } from "../model/stored-models.ts";
import type { Writer } from "../ports/metadata-store.ts";
import type { StoredModelReader } from "../ports/stored-models.ts";
import { removeArtifacts } from "./artifacts.ts";
import type { OperationContext } from "./context.ts";
import { adoptWaitingFiles } from "./waiting-files.ts";

/** Most files of a folder that are told at once: their names fit in memory many times over. */
const MOST_FILES = 50_000;

/** `mlflow-artifacts:/registered-models/<group>/<32 hexadecimal characters>`, where a stored model has all its files. */
const OWN_DIRECTORY = /^mlflow-artifacts:\/(registered-models\/[^/]+\/[0-9a-f]{32})(?:\/|$)/;

/** The folders of the artifact tree that go with a version or with all versions of a model: those that no other version shares. */
export async function ownDirectories(
  { storedModels }: { storedModels: StoredModelReader },
  of: Parameters<StoredModelReader["getOwnLocations"]>[0],
): Promise<string[]> {
  const locations = await storedModels.getOwnLocations(of);
  return locations.map((location) => OWN_DIRECTORY.exec(location)?.[1]).filter((path) => path !== undefined);
}

/** Runs `work` in a transaction, and when it is durable removes the folders that it returns. */
export async function removingFolders(
  context: OperationContext,
  work: (writer: Writer) => Promise<readonly string[]>,
): Promise<void> {
  for (const path of await context.store.transact(work)) await removeArtifacts(context, path);
}

/**
 * The files of a model, in the order of their paths, which here are relative to the model's folder: as they stood at one moment. Throws
 * `tooLarge`.
 */
export async function listStoredFiles(
  context: OperationContext,
  { path: place, isFolder }: StoredFiles,
): Promise<ArtifactFile[]> {
  await adoptWaitingFiles(context, place);
  const files = await context.store.read(async ({ artifacts }) => {
    if (isFolder) return artifacts.listArtifactFiles(place, MOST_FILES + 1);
    const node = (await artifacts.getArtifactNodes([place])).get(place);
    return node === undefined || node === "directory" ? [] : [node];
  });
  if (files.length > MOST_FILES) {
    throw new CoreError("tooLarge", { what: "The folder", limit: MOST_FILES, unit: "items" });
  }
  return files.map((file) => ({
    ...file,
    path: isFolder ? file.path.slice(place.length + 1) : artifactName(file.path),
  }));
}
