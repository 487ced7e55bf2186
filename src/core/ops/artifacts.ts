import { CoreError } from "../errors.ts";
import { inParallel } from "../in-parallel.ts";
import { artifactAncestors } from "../model/artifact-paths.ts";
import type { ArtifactEntry, ArtifactFile, Digest } from "../model/artifacts.ts";
import { isInStoredModels, STORED_MODELS_ROOT } from "../model/stored-models.ts";
import type { ArtifactNode, ArtifactReader } from "../ports/artifacts.ts";
import type { ByteRange, ByteSource } from "../ports/blob-store.ts";
import type { OperationContext } from "./context.ts";

/** Most files and directories that one transaction removes, which bounds how long it holds the store. */
const DELETION_BATCH = 1000;

/** How many blobs are removed at the same time. */
const REMOVED_AT_ONCE = 16;

/** How often a file is looked up again whose bytes were removed between the look at the tree and the opening of the bytes. */
const OPENING_ATTEMPTS = 3;

// Paths are as `parseArtifactPath` and `parseArtifactDirectory` return them.

/** One directory, by name; none where the path holds nothing or a file. */
export function listArtifacts(context: OperationContext, directory: string): Promise<ArtifactEntry[]> {
  return context.store.read(({ artifacts }) => artifacts.listArtifactDirectory(directory));
}

/** Throws `notFound` where the path holds nothing, and `notAFile` where it holds a directory. */
async function getArtifactFile(context: OperationContext, path: string): Promise<ArtifactFile> {
  const nodes = await context.store.read(({ artifacts }) => artifacts.getArtifactNodes([path]));
  const node = nodes.get(path);
  if (node === undefined) throw new CoreError("notFound", { entity: "artifact", by: "path", value: path });
  if (node === "directory") throw new CoreError("notAFile", { path });
  return node;
}

/** Which bytes of a file are wanted. */
export type WantedBytes = ByteRange | "everything" | "nothing";

/**
 * What `plan` makes of the file, and a stream of the bytes that the plan wants, if any. `plan` runs again where the file has changed
 * meanwhile. Throws `notFound`, `notAFile`, and `damaged` where the bytes are not those that were stored, or are gone.
 */
export async function openArtifact<Plan extends { wanted: WantedBytes }>(
  context: OperationContext,
  path: string,
  plan: (file: ArtifactFile) => Plan,
): Promise<{ plan: Plan; bytes: AsyncIterable<Uint8Array> | undefined }> {
  for (let attempt = 1; ; attempt++) {
    const file = await getArtifactFile(context, path);
    const planned = plan(file);
    const { wanted } = planned;
    if (wanted === "nothing") return { plan: planned, bytes: undefined };
    const bytes = await context.blobs.open(file.digest, wanted === "everything" ? undefined : wanted);
    if (bytes !== undefined) return { plan: planned, bytes };
    if (attempt === OPENING_ATTEMPTS) throw new CoreError("damaged", { digest: file.digest });
  }
}

/**
 * Stores `source` under the path, in place of the file that was there. It is visible when all of it is durable, or not at all.
 * Throws `invalidValue` where a directory is in the way or a file is where a directory is needed, and for what belongs to a model version, and
 * `tooLarge`.
 */
export async function storeArtifact(
  context: OperationContext,
  path: string,
  source: ByteSource,
  maximumSize?: number,
): Promise<ArtifactFile> {
  requireOutsideStoredModels(path);
  await context.store.read(({ artifacts }) => requireRoomForFile(artifacts, path));
  const staged = await context.blobs.stage(source, maximumSize);
  try {
    const { digest, size } = staged;
    const file = { path, digest, size, lastUpdateTime: context.clock.now() };
    const replaced = await staged.publish(() => putArtifactFile(context, file));
    if (replaced !== undefined && replaced !== digest) await removeUnreferencedBlob(context, replaced);
    return file;
  } catch (error) {
    await removeUnreferencedBlob(context, staged.digest);
    throw error;
  } finally {
    await staged.discard();
  }
}

/** Returns the digest that the path held before. */
function putArtifactFile(context: OperationContext, file: ArtifactFile): Promise<Digest | undefined> {
  return context.store.transact(async ({ artifacts, events }) => {
    const replaced = await requireRoomForFile(artifacts, file.path);
    await artifacts.putArtifactFile(file);
    const { path, digest, size } = file;
    await events.appendEvent({ kind: "artifact.stored", path, digest, size }, context.clock.now());
    return replaced?.digest;
  });
}

/** The file that the path holds, if any. */
async function requireRoomForFile(artifacts: ArtifactReader, path: string): Promise<ArtifactFile | undefined> {
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

/**
 * Deletes a file, or a directory with all that is below it. Nothing there: nothing happens. A large directory goes in several
 * steps, deepest first.
 */
export function deleteArtifacts(context: OperationContext, path: string): Promise<void> {
  requireOutsideStoredModels(path);
  return removeArtifacts(context, path);
}

/** As `deleteArtifacts`, wherever the path is: for what the rules themselves have put there. */
export async function removeArtifacts(context: OperationContext, path: string): Promise<void> {
  for (let done = false; !done; ) {
    const batch = await context.store.transact(async ({ artifacts, events }) => {
      const removed = await artifacts.deleteArtifacts(path, DELETION_BATCH);
      const now = context.clock.now();
      for (const file of removed.files) await events.appendEvent({ kind: "artifact.deleted", path: file.path }, now);
      return removed;
    });
    await removeUnreferencedBlobs(
      context,
      batch.files.map(({ digest }) => digest),
    );
    done = batch.done;
  }
}

/** The files of a version are changed by nobody: its digests are what clients rely on. */
function requireOutsideStoredModels(path: string): void {
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
