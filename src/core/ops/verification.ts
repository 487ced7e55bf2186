import { batchesOf } from "../batches.ts";
import { inParallelAsTheyCome } from "../in-parallel.ts";
import type { Digest } from "../model/artifacts.ts";
import type { BlobState } from "../ports/blob-store.ts";
import type { OperationContext } from "./context.ts";

/** Something that is wrong with a store of files. */
export type VerificationFinding =
  /** Bytes are not what was stored, or are gone; `paths` in the artifact tree lead to them, the first ones of perhaps more. */
  | { kind: "damaged" | "missing"; digest: Digest; paths: string[] }
  /** No path leads to these bytes. */
  | { kind: "orphaned"; digest: Digest }
  /** The store has something that is no blob, and no part of an upload that is known; `name` is the store's own. */
  | { kind: "stray"; name: string };

export interface VerificationOptions {
  /** Blobs that are read at a time. */
  parallel: number;
  onFinding(finding: VerificationFinding): void;
  /** A blob of so many bytes was read. */
  onVerified(bytes: number): void;
}

/** Blobs that one query asks about. */
const BATCH_SIZE = 200;

/** Paths that a finding names. */
const NAMED_PATHS = 10;

/** How long an upload may take from the moment at which its bytes are visible to the commit that refers to them. */
const SETTLING_TIME_MS = 2000;

/** How many blobs some path leads to, and their bytes. */
export async function countReferencedBlobs(context: OperationContext): Promise<{ blobs: number; bytes: number }> {
  const total = { blobs: 0, bytes: 0 };
  for await (const page of referencedBlobs(context)) {
    total.blobs += page.length;
    for (const { size } of page) total.bytes += size;
  }
  return total;
}

/**
 * Reads every blob of the store, in constant memory, and says what is damaged, missing, orphaned or stray. Changes nothing. A server may be at work on
 * the same store: what looks wrong is looked at again, and what has come or gone meanwhile is no finding.
 */
export async function verifyBlobs(context: OperationContext, options: VerificationOptions): Promise<void> {
  const unreferenced = await Array.fromAsync(unreferencedBlobs(context, context.blobs.digests()));
  const unknown = await Array.fromAsync(unknownUploads(context, context.blobs.partialUploads.ids()));
  const damaged = await reportDamage(context, options);
  await reportMissing(context, options, damaged);
  if (unreferenced.length + unknown.length > 0) await new Promise((resolve) => setTimeout(resolve, SETTLING_TIME_MS));
  await reportOrphans(
    context,
    options,
    unreferenced.filter((digest) => !damaged.has(digest)),
  );
  for await (const id of unknownUploads(context, fromList(unknown))) await reportUpload(context, options, id);
  for await (const name of context.blobs.strays()) options.onFinding({ kind: "stray", name });
}

/** Returns the digests that it has reported. */
async function reportDamage(context: OperationContext, options: VerificationOptions): Promise<Set<Digest>> {
  const { blobs } = context;
  const damaged = new Set<Digest>();
  await inParallelAsTheyCome(options.parallel, blobs.digests(), async (digest) => {
    const size = await blobs.size(digest);
    const state = await blobs.verify(digest);
    options.onVerified(size ?? 0);
    // Read again: the same bytes may have been stored anew meanwhile.
    if (state !== "damaged" || (await blobs.verify(digest)) !== "damaged") return;
    damaged.add(digest);
    options.onFinding({ kind: "damaged", digest, paths: await pathsOf(context, digest) });
  });
  return damaged;
}

/** Adds to `damaged` what another process has set aside meanwhile. */
async function reportMissing(
  context: OperationContext,
  { parallel, onFinding }: VerificationOptions,
  damaged: Set<Digest>,
): Promise<void> {
  const digests = async function* () {
    for await (const page of referencedBlobs(context)) for (const { digest } of page) yield digest;
  };
  await inParallelAsTheyCome(parallel, digests(), async (digest) => {
    if (damaged.has(digest) || (await stateOf(context, digest)) === "whole") return;
    // A file that is deleted loses its path before its bytes; one that is stored has its bytes before its path.
    const paths = await pathsOf(context, digest);
    const state = await stateOf(context, digest);
    if (paths.length === 0 || state === "whole") return;
    damaged.add(digest);
    onFinding({ kind: state === "absent" ? "missing" : "damaged", digest, paths });
  });
}

/** What is there was read before. */
async function stateOf({ blobs }: OperationContext, digest: Digest): Promise<BlobState> {
  return (await blobs.size(digest)) === undefined ? blobs.verify(digest) : "whole";
}

async function reportOrphans(
  context: OperationContext,
  { onFinding }: VerificationOptions,
  candidates: readonly Digest[],
): Promise<void> {
  for await (const digest of unreferencedBlobs(context, fromList(candidates))) {
    if ((await context.blobs.size(digest)) !== undefined) onFinding({ kind: "orphaned", digest });
  }
}

async function reportUpload(context: OperationContext, { onFinding }: VerificationOptions, id: string): Promise<void> {
  if ((await context.blobs.partialUploads.size(id)) > 0) onFinding({ kind: "stray", name: `upload ${id}` });
}

function pathsOf({ store }: OperationContext, digest: Digest): Promise<string[]> {
  return store.read(({ artifacts }) => artifacts.getPathsOfBlob(digest, NAMED_PATHS));
}

async function* referencedBlobs({ store }: OperationContext) {
  for (let after: Digest | undefined = ""; after !== undefined; ) {
    const start: Digest = after;
    const page = await store.read(({ artifacts }) => artifacts.getReferencedBlobs(start, BATCH_SIZE));
    yield page;
    after = page.at(-1)?.digest;
  }
}

async function* unreferencedBlobs({ store }: OperationContext, digests: AsyncIterable<Digest>): AsyncGenerator<Digest> {
  for await (const batch of batchesOf(digests, BATCH_SIZE)) {
    const referenced = await store.read(({ artifacts }) => artifacts.getReferencedDigests(batch));
    yield* batch.filter((digest) => !referenced.has(digest));
  }
}

async function* unknownUploads({ store }: OperationContext, ids: AsyncIterable<string>): AsyncGenerator<string> {
  for await (const batch of batchesOf(ids, BATCH_SIZE)) {
    const known = await store.read(({ uploads }) => uploads.getUploads(batch));
    yield* batch.filter((id) => !known.has(id));
  }
}

async function* fromList<Item>(items: readonly Item[]): AsyncGenerator<Item> {
  yield* items;
}
