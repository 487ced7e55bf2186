import { isCoreError } from "../errors.ts";
import type { DirectUpload } from "../model/direct-uploads.ts";
import type { DirectTransfers } from "../ports/direct-transfers.ts";
import { publishArtifact } from "./artifact-publishing.ts";
import type { OperationContext } from "./context.ts";

/** Adoptions that are under way, by the upload. */
const adopting = new Map<string, Promise<void>>();

/**
 * Takes files into the artifact tree that clients have put straight into the blob store, which nobody has told us of: those whose place
 * is at a path or below it. To be called before anything is done there, so that what was put earlier also counts as earlier.
 */
export async function adoptWaitingFiles(context: OperationContext, path: string): Promise<void> {
  const { directTransfers } = context;
  if (directTransfers === undefined) return;
  const waiting = await context.store.read(({ directUploads }) => directUploads.getWaitingBodies(path));
  for (const upload of waiting) await adoptOnce(context, directTransfers, upload);
}

async function adoptOnce(context: OperationContext, transfers: DirectTransfers, upload: DirectUpload): Promise<void> {
  const adoption = adopting.get(upload.id) ?? adopt(context, transfers, upload);
  adopting.set(upload.id, adoption);
  await adoption.finally(() => adopting.delete(upload.id));
}

async function adopt(context: OperationContext, transfers: DirectTransfers, upload: DirectUpload): Promise<void> {
  const staged = await transfers.adoptPut(upload.upload);
  if (staged === undefined) return;
  try {
    await publishArtifact(context, upload.path, staged, async ({ directUploads }) => {
      if (!(await directUploads.deleteDirectUpload(upload.id))) throw new AdoptedError();
    });
  } catch (error) {
    if (error instanceof AdoptedError) return;
    // Something is in its place by now that doesn't give way to a file: nobody who looks there can mend that.
    if (!isCoreError(error, "invalidValue")) throw error;
    await context.store.transact(({ directUploads }) => directUploads.deleteDirectUpload(upload.id));
  }
}

class AdoptedError extends Error {}
