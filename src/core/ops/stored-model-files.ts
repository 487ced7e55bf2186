import type { StoredModelReader } from "../ports/stored-models.ts";

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
