import { CoreError } from "../errors.ts";
import type { ArtifactEntry, ArtifactFile, Digest } from "../model/artifacts.ts";
import type { ByteRange, ByteSource } from "../ports/blob-store.ts";
import {
  publishArtifact,
  removeUnreferencedBlobs,
  requireOutsideStoredModels,
  requireRoomForFile,
} from "./artifact-publishing.ts";
import type { OperationContext } from "./context.ts";
import { adoptWaitingFiles } from "./waiting-files.ts";

/** Most files and directories that one transaction removes, which bounds how long it holds the store. */
const DELETION_BATCH = 1000;

/** How often a file is looked up again whose bytes were removed between the look at the tree and the opening of the bytes. */
const OPENING_ATTEMPTS = 3;

// Paths are as `parseArtifactPath` and `parseArtifactDirectory` return them.

/** One directory, by name; none where the path holds nothing or a file. */
export async function listArtifacts(context: OperationContext, directory: string): Promise<ArtifactEntry[]> {
  await adoptWaitingFiles(context, directory);
  return context.store.read(({ artifacts }) => artifacts.listArtifactDirectory(directory));
}

/** Throws `notFound` where the path holds nothing, and `notAFile` where it holds a directory. */
export async function getArtifactFile(context: OperationContext, path: string): Promise<ArtifactFile> {
  await adoptWaitingFiles(context, path);
  const nodes = await context.store.read(({ artifacts }) => artifacts.getArtifactNodes([path]));
  const node = nodes.get(path);
  if (node === undefined) throw new CoreError("notFound", { entity: "artifact", by: "path", value: path });
  if (node === "directory") throw new CoreError("notAFile", { path });
  return node;
}

/** Which bytes of a file are wanted. */
export type WantedBytes = ByteRange | "everything" | "nothing";

/** The bytes of a blob that are wanted, if any. Undefined also where there is no such blob. */
export async function openWanted(
  { blobs }: OperationContext,
  digest: Digest,
  wanted: WantedBytes,
): Promise<AsyncIterable<Uint8Array> | undefined> {
  return wanted === "nothing" ? undefined : blobs.open(digest, wanted === "everything" ? undefined : wanted);
}

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
    const bytes = await openWanted(context, file.digest, planned.wanted);
    if (bytes !== undefined || planned.wanted === "nothing") return { plan: planned, bytes };
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
  await adoptWaitingFiles(context, path);
  await context.store.read(({ artifacts }) => requireRoomForFile(artifacts, path));
  const staged = await context.blobs.stage(source, maximumSize);
  return publishArtifact(context, path, staged);
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
  await adoptWaitingFiles(context, path);
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
