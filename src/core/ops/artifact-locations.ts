import { CoreError, found, isCoreError } from "../errors.ts";
import { joinArtifactPath, parseArtifactDirectory } from "../model/artifact-paths.ts";
import type { ModelVersion } from "../model/model-versions.ts";
import { joinUri } from "../model/uris.ts";
import type { LoggedModelReader } from "../ports/logged-models.ts";
import type { ModelVersionReader } from "../ports/model-versions.ts";
import type { RunReader } from "../ports/runs.ts";
import type { OperationContext } from "./context.ts";
import { requireModelVersion } from "./model-version-lookups.ts";

/** Where an entity keeps its files: the location as it was recorded, and the directory of the artifact tree that this means. */
export interface ArtifactLocation {
  uri: string;
  directory: string;
}

type LocationReader = { runs: RunReader; loggedModels: LoggedModelReader; modelVersions: ModelVersionReader };

/** `mlflow-artifacts:/path`, or with a host, which is this server's under whatever name its clients know it. A query means nothing here. */
const OWN_TREE = /^mlflow-artifacts:(?:\/\/[^/?#]*)?\/?([^?#]*)(?:\?[^#]*)?$/;
const RUN_SOURCE = /^runs:\/+([^/]+)(?:\/(.*))?$/;
const LOGGED_MODEL_SOURCE = /^models:\/+(m-[^/@]+)(?:\/(.*))?$/;

/** Throws `notFound`, and `invalidValue` where the run's artifacts are not kept by this server. */
export function getRunArtifactLocation(context: OperationContext, runId: string): Promise<ArtifactLocation> {
  return context.store.read(({ runs }) => runLocation(runs, runId));
}

/** Throws `notFound`, and `invalidValue` where the model's artifacts are not kept by this server. */
export function getLoggedModelArtifactLocation(context: OperationContext, modelId: string): Promise<ArtifactLocation> {
  return context.store.read(({ loggedModels }) => loggedModelLocation(loggedModels, modelId));
}

/** Throws `notFound`, and `invalidValue` where the version's files are not kept by this server. */
export function getModelVersionArtifactLocation(
  context: OperationContext,
  modelName: string,
  number: number,
): Promise<ArtifactLocation> {
  return context.store.read(async (reader) => {
    const version = await requireModelVersion(reader, modelName, number);
    if (version.storageLocation === "") throw notKept(requireSource(version));
    return resolveLocation(reader, version.storageLocation ?? requireSource(version));
  });
}

/** The directories, or files, of those versions whose files this server keeps, by the versions' numbers. */
export async function findVersionDirectories(
  reader: LocationReader,
  versions: readonly ModelVersion[],
): Promise<Map<number, string>> {
  const directories = new Map<number, string>();
  for (const { id, source, storageLocation = source } of versions) {
    const directory = storageLocation && (await findDirectory(reader, storageLocation));
    if (directory) directories.set(id, directory);
  }
  return directories;
}

/** Locations that name a run or a logged model are looked up one by one: clients resolve them before they register. */
async function findDirectory(reader: LocationReader, location: string): Promise<string | undefined> {
  try {
    return (await resolveLocation(reader, location)).directory;
  } catch (error) {
    if (isCoreError(error, "invalidValue") || isCoreError(error, "notFound")) return undefined;
    throw error;
  }
}

/** Where a client finds a version's files, which may be any place. Throws `notFound`, and `invalidValue` where the version has no source yet. */
export async function getModelVersionDownloadUri(
  context: OperationContext,
  modelName: string,
  number: number,
): Promise<string> {
  const version = await context.store.read((reader) => requireModelVersion(reader, modelName, number));
  return version.storageLocation || requireSource(version);
}

/** A version that came without files gets them later, or never. Throws `invalidValue`. */
export function requireSource({ modelName, number, source }: ModelVersion): string {
  if (source) return source;
  const reason = `Version ${number} of model '${modelName}' has no source yet. Attach a model artifact to it that says where its files are.`;
  throw new CoreError("invalidValue", { field: "source", reason });
}

async function runLocation(runs: RunReader, runId: string): Promise<ArtifactLocation> {
  const run = found(await runs.getRunInfo(runId), { entity: "run", by: "id", value: runId });
  return inOwnTree(run.artifactUri);
}

async function loggedModelLocation(loggedModels: LoggedModelReader, modelId: string): Promise<ArtifactLocation> {
  const model = found(await loggedModels.getLoggedModel(modelId), { entity: "logged model", by: "id", value: modelId });
  return inOwnTree(model.artifactLocation);
}

/** Sources that name a run or a logged model lead to its files, by way of our own records. */
async function resolveLocation(reader: LocationReader, uri: string): Promise<ArtifactLocation> {
  const [, runId, runPath] = RUN_SOURCE.exec(uri) ?? [];
  if (runId !== undefined) return below(await runLocation(reader.runs, runId), runPath);
  const [, modelId, modelPath] = LOGGED_MODEL_SOURCE.exec(uri) ?? [];
  if (modelId !== undefined) return below(await loggedModelLocation(reader.loggedModels, modelId), modelPath);
  return inOwnTree(uri);
}

function below({ uri, directory }: ArtifactLocation, path: string | undefined): ArtifactLocation {
  const relative = parseArtifactDirectory(path);
  return { uri: relative === "" ? uri : joinUri(uri, relative), directory: joinArtifactPath(directory, relative) };
}

/** The server opens no location that a client gave: whatever is not in its own tree is the client's to reach. */
function inOwnTree(uri: string): ArtifactLocation {
  const [, path] = OWN_TREE.exec(uri) ?? [];
  if (path !== undefined) return { uri, directory: parseArtifactDirectory(path) };
  throw notKept(uri);
}

function notKept(uri: string): CoreError {
  return new CoreError("invalidValue", {
    field: "artifact_uri",
    reason: `The artifacts at '${uri}' are not kept by this server, and it opens no other place. Read them with a client that can reach them.`,
  });
}
