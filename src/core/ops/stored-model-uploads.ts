import { CoreError } from "../errors.ts";
import type { FileFacts } from "../formats/facts.ts";
import { inParallel } from "../in-parallel.ts";
import type { Digest } from "../model/artifacts.ts";
import { requireModelName, requireStorageGroup, requireVersionName } from "../model/stored-model-names.ts";
import type { StoredModel } from "../model/stored-models.ts";
import type { StagedBlob } from "../ports/blob-store.ts";
import { removeUnreferencedBlobs } from "./artifact-publishing.ts";
import type { OperationContext } from "./context.ts";
import { type FileToRead, factsOfFile, factsOfFolder } from "./file-facts.ts";
import {
  contentFiles,
  findModel,
  insertStoredModel,
  type NewStoredModel,
  requireFreeVersion,
  type StoredContent,
  type StoreOptions,
} from "./new-stored-models.ts";

/**
 * Refuses what can be refused before any byte is read. Throws `invalidValue` for names, the storage group and prompts, and
 * `alreadyExists` for the version and the external id.
 */
export function checkNewStoredModel(context: OperationContext, input: NewStoredModel): Promise<void> {
  requireModelName(input.modelName);
  if (input.versionName !== undefined) requireVersionName(input.versionName);
  requireStorageGroup(input.storageGroup, context.storageGroups);
  return context.store.read(async (reader) => {
    const model = await findModel(reader, input.modelName);
    await requireFreeVersion(reader, model?.id, input);
  });
}

/**
 * Makes a version of the model, and the model where there is none, with these bytes: all of it is visible at once and durable, or
 * nothing is. The staged bytes are discarded. Throws as `checkNewStoredModel`, which has run before.
 */
export async function storeModel(
  context: OperationContext,
  input: NewStoredModel,
  content: StoredContent,
  options: StoreOptions,
): Promise<StoredModel> {
  const blobs = contentFiles(content).map(({ staged }) => staged);
  try {
    const facts = await factsOfContent(context, content);
    return await publishAll(blobs, () => insertStoredModel(context, input, { ...content, facts }, options));
  } catch (error) {
    await removeUnreferencedBlobs(
      context,
      blobs.map(({ digest }) => digest),
    );
    throw error;
  } finally {
    for (const staged of blobs) await staged.discard();
  }
}

function factsOfContent(context: OperationContext, content: StoredContent): Promise<FileFacts> {
  const files = contentFiles(content).map(
    ({ path, staged }): FileToRead => ({
      path,
      size: staged.size,
      open: (range) => staged.open(range),
    }),
  );
  const [file] = files;
  return "staged" in content && file ? factsOfFile(context, file) : factsOfFolder(context, files);
}

/** Throws `digestMismatch` where the bytes are not those that were promised. */
export function requireDigest({ digest }: Pick<StagedBlob, "digest">, promised: Digest | undefined): void {
  if (promised === undefined || promised === digest) return;
  throw new CoreError("digestMismatch", { expected: promised, actual: digest });
}

/** How many blobs become visible at the same time. */
const PUBLISHED_AT_ONCE = 16;

/** Every blob is in place before the commit that refers to them all, and none is removed until that has settled. */
async function publishAll<T>(blobs: readonly StagedBlob[], commit: () => Promise<T>): Promise<T> {
  const outcome = Promise.withResolvers<T>();
  // The caller hears of it in the end.
  outcome.promise.catch(() => undefined);
  const publications: Promise<T>[] = [];
  const publish = (staged: StagedBlob) =>
    new Promise<void>((resolve, reject) => {
      const publication = staged.publish(() => {
        resolve();
        return outcome.promise;
      });
      publication.catch(reject);
      publications.push(publication);
    });
  try {
    await inParallel(PUBLISHED_AT_ONCE, blobs, publish);
    outcome.resolve(await commit());
  } catch (error) {
    outcome.reject(error);
  }
  await Promise.allSettled(publications);
  return outcome.promise;
}
