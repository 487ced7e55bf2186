import { inParallelAsTheyCome } from "../../core/in-parallel.ts";
import type { OperationContext } from "../../core/ops/context.ts";
import { chunksOf } from "../batches.ts";
import { creationTimeOf, documentKey, ENTRY_FIELDS } from "./document.ts";
import type { DocumentEntry, DocumentSource } from "./documents.ts";
import { type Arrival, ModelCopying, type ModelCopyingOptions } from "./model-copying.ts";
import type { ObjectSource } from "./objects.ts";
import { SharedObjects } from "./shared-objects.ts";
import { Turns } from "./turns.ts";

/** Objects that are read at once. */
const OBJECTS = 8;

/** Documents that are read at once. */
const DOCUMENTS = 100;

/**
 * Copies every document of the earlier registry and its object, oldest first, each as a version with its file. What was copied before is
 * left as it is unless it has changed at the source, so an import that was cut off goes on where it stopped. Throws `SourceError`; the
 * report says what was done until then.
 */
export async function importFromMongo(
  context: OperationContext,
  documents: DocumentSource,
  objects: ObjectSource,
  options: ModelCopyingOptions,
): Promise<void> {
  const entries = inOrder(await documents.entries(ENTRY_FIELDS));
  options.report.count("model", "found", entries.length);
  const shared = new SharedObjects(entries, options.defaultBucket);
  const copying = new ModelCopying(context, objects, shared, options);
  await inParallelAsTheyCome(OBJECTS, arrivals(documents, copying, entries), (arrival) => copying.copy(arrival));
}

/** Versions get their numbers in this order. */
function inOrder(entries: readonly DocumentEntry[]): DocumentEntry[] {
  const keyed = entries.map((entry) => ({ entry, time: Number(creationTimeOf(entry) ?? 0), key: documentKey(entry) }));
  keyed.sort((left, right) => left.time - right.time || (left.key < right.key ? -1 : 1));
  return keyed.map(({ entry }) => entry);
}

async function* arrivals(
  documents: DocumentSource,
  copying: ModelCopying,
  entries: readonly DocumentEntry[],
): AsyncGenerator<Arrival> {
  const turns = new Turns();
  for (const chunk of chunksOf(entries, DOCUMENTS)) {
    const read = await documents.documents(chunk.map(({ _id }) => _id));
    const byKey = new Map(read.map((document) => [documentKey(document), document]));
    const copies = await copying.findCopies(chunk.map(documentKey));
    for (const entry of chunk) {
      const key = documentKey(entry);
      const document = byKey.get(key);
      const things = [`name ${document?.name}`, `id ${document?.id}`];
      yield { key, document, earlier: copies.get(key), turn: turns.take(things) };
    }
  }
}
