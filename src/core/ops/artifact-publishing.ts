import { CoreError } from "../errors.ts";
import { inParallel } from "../in-parallel.ts";
import { artifactAncestors } from "../model/artifact-paths.ts";
import type { ArtifactFile, Digest } from "../model/artifacts.ts";
import { isInStoredModels, STORED_MODELS_ROOT } from "../model/stored-models.ts";
import type { ArtifactNode, ArtifactReader } from "../ports/artifacts.ts";
import type { StagedBlob } from "../ports/blob-store.ts";
import type { Writer } from "../ports/metadata-store.ts";
import type { OperationContext } from "./context.ts";

/** How many blobs are removed at the same time. */
const REMOVED_AT_ONCE = 16;

/**
 * Puts staged bytes under a path, in place of the file that was there, and does `alongside` in the same transaction. Throws
 * `invalidValue` where there is no room for a file; the bytes are gone then.
 */
export async function publishArtifact(
  context: OperationContext,
  path: string,
  staged: StagedBlob,
  alongside: (writer: Writer) => Promise<void> = async () => undefined,
): Promise<ArtifactFile> {
  const { digest, size } = staged;
  try {
    const file = { path, digest, size, lastUpdateTime: context.clock.now() };
    const replaced = await staged.publish(() => putArtifactFile(context, file, alongside));
    if (replaced !== undefined && replaced !== digest) await removeUnreferencedBlob(context, replaced);
    return file;
  } catch (error) {
    await removeUnreferencedBlob(context, digest);
    throw error;
  } finally {
    await staged.discard();
  }
}

/** Returns the digest that the path held before. */
function putArtifactFile(
  context: OperationContext,
  file: ArtifactFile,
  alongside: (writer: Writer) => Promise<void>,
): Promise<Digest | undefined> {
  return context.store.transact(async (writer) => {
    const { artifacts, events } = writer;
    await alongside(writer);
    const replaced = await requireRoomForFile(artifacts, file.path);
    await artifacts.putArtifactFile(file);
    const { path, digest, size } = file;
    await events.appendEvent({ kind: "artifact.stored", path, digest, size }, context.clock.now());
    return replaced?.digest;
  });
}

/** The file that the path holds, if any. */
export async function requireRoomForFile(artifacts: ArtifactReader, path: string): Promise<ArtifactFile | undefined> {
  const ancestors = artifactAncestors(path);
  const nodes: ReadonlyMap<string, ArtifactNode> = await artifacts.getArtifactNodes([...ancestors, path]);
  const fileAbove = ancestors.find((ancestor) => (nodes.get(ancestor) ?? "directory") !== "directory");
  if (fileAbove !== undefined) {
    throw inTheWay(`'${fileAbove}' is a file, so nothing can be stored below it. Choose another path for '${path}'.`);
  }
  const node = nodes.get(path);
  if (node === "directory") throw inTheWay(`'${path}' is a directory. Give the path of a file.`);
  return node;
}

function inTheWay(reason: string): CoreError {
  return new CoreError("invalidValue", { field: "path", reason: `Invalid path: ${reason}` });
}

/** The files of a version are changed by nobody: its digests are what clients rely on. */
export function requireOutsideStoredModels(path: string): void {
  if (!isInStoredModels(path)) return;
  const reason = `Invalid path: what is below '${STORED_MODELS_ROOT}' belongs to model versions and can't be changed. Make a new version.`;
  throw new CoreError("invalidValue", { field: "path", reason });
}

/** Removes those of the blobs that no path refers to, nor comes to while an upload of the same bytes is under way. */
export async function removeUnreferencedBlobs(context: OperationContext, digests: readonly Digest[]): Promise<void> {
  await inParallel(REMOVED_AT_ONCE, [...new Set(digests)], (digest) => removeUnreferencedBlob(context, digest));
}

/** Removes a blob unless some path refers to it, or comes to while an upload of the same bytes is under way. */
export async function removeUnreferencedBlob(context: OperationContext, digest: Digest): Promise<void> {
  await context.blobs.remove(digest, () =>
    context.store.read(async ({ artifacts }) => (await artifacts.getReferencedDigests([digest])).size > 0),
  );
}
