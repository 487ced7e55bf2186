import { canonicalJson, sha256 } from "../hashing.ts";
import { newHexId } from "../ids.ts";
import { extendSchema } from "../model/dataset-schema.ts";
import { type DatasetRecord, type RecordContent, USER_TAG } from "../model/evaluation-datasets.ts";
import type { Cursor, Page } from "../model/values.ts";
import type { HashedRecord } from "../ports/evaluation-datasets.ts";
import type { OperationContext } from "./context.ts";
import { datasetDigest, requireDataset } from "./evaluation-datasets.ts";

/** One page of the records, oldest first. Throws `notFound`. */
export function getDatasetRecords(
  context: OperationContext,
  datasetId: string,
  query: { limit: number; after?: Cursor },
): Promise<Page<DatasetRecord>> {
  return context.store.read(async ({ evaluationDatasets }) => {
    const dataset = await requireDataset(evaluationDatasets, datasetId);
    return evaluationDatasets.getDatasetRecords(dataset, query);
  });
}

/**
 * Adds records; where one with the same inputs is there already, outputs replace its own, and expectations and tags are merged into
 * its own. Returns how many were added and how many changed. Throws `notFound`.
 */
export async function upsertDatasetRecords(
  context: OperationContext,
  datasetId: string,
  contents: readonly RecordContent[],
): Promise<{ inserted: number; updated: number }> {
  const now = context.clock.now();
  const hashed = await Promise.all(
    contents.map(async (content) => ({ content, inputHash: await sha256(canonicalJson(content.inputs)) })),
  );
  const { name } = await context.store.read(({ evaluationDatasets }) => requireDataset(evaluationDatasets, datasetId));
  const digest = await datasetDigest(name, now);
  return context.store.transact(async ({ evaluationDatasets, events }) => {
    const dataset = await requireDataset(evaluationDatasets, datasetId);
    const existing = await evaluationDatasets.findDatasetRecords(
      dataset,
      hashed.map(({ inputHash }) => inputHash),
    );
    const { records, inserted, updated } = mergeRecords(hashed, existing, now);
    await evaluationDatasets.putDatasetRecords(dataset, records);
    const user = contents.findLast(({ tags }) => userOf(tags) !== undefined)?.tags;
    await evaluationDatasets.updateEvaluationDataset(dataset, {
      digest,
      schema: extendSchema(dataset.schema, contents),
      recordCount: dataset.recordCount + inserted,
      lastUpdateTime: now,
      ...(user && { lastUpdatedBy: String(user[USER_TAG]) }),
    });
    await events.appendEvent({ kind: "evaluation-dataset.records-logged", datasetId, inserted, updated }, now);
    return { inserted, updated };
  });
}

function mergeRecords(
  hashed: readonly { content: RecordContent; inputHash: string }[],
  existing: ReadonlyMap<string, DatasetRecord>,
  now: number,
): { records: HashedRecord[]; inserted: number; updated: number } {
  const records = new Map(existing);
  let inserted = 0;
  for (const { content, inputHash } of hashed) {
    const known = records.get(inputHash);
    if (known === undefined) inserted++;
    records.set(inputHash, known ? mergeRecord(known, content, now) : newRecord(content, now));
  }
  return {
    records: Array.from(records, ([inputHash, record]) => ({ inputHash, record })),
    inserted,
    updated: hashed.length - inserted,
  };
}

function newRecord(content: RecordContent, now: number): DatasetRecord {
  const user = userOf(content.tags);
  return {
    ...content,
    outputs: content.outputs === undefined ? {} : content.outputs,
    recordId: `dr-${newHexId()}`,
    creationTime: now,
    lastUpdateTime: now,
    ...(user !== undefined && { createdBy: user, lastUpdatedBy: user }),
  };
}

function mergeRecord(known: DatasetRecord, content: RecordContent, now: number): DatasetRecord {
  const user = userOf(content.tags);
  return {
    ...known,
    ...(content.outputs !== undefined && { outputs: content.outputs }),
    ...(content.expectations && { expectations: { ...known.expectations, ...content.expectations } }),
    ...(content.tags && { tags: { ...known.tags, ...content.tags } }),
    lastUpdateTime: now,
    ...(user !== undefined && { lastUpdatedBy: user }),
  };
}

function userOf(tags: RecordContent["tags"]): string | undefined {
  const user = tags?.[USER_TAG];
  return typeof user === "string" ? user : undefined;
}

/** Returns how many records there were of these. Throws `notFound` for the dataset. */
export function deleteDatasetRecords(
  context: OperationContext,
  datasetId: string,
  recordIds: readonly string[],
): Promise<number> {
  const now = context.clock.now();
  return context.store.transact(async ({ evaluationDatasets, events }) => {
    const dataset = await requireDataset(evaluationDatasets, datasetId);
    const records = await evaluationDatasets.deleteDatasetRecords(dataset, recordIds);
    if (records === 0) return 0;
    await evaluationDatasets.updateEvaluationDataset(dataset, { recordCount: dataset.recordCount - records });
    await events.appendEvent({ kind: "evaluation-dataset.records-deleted", datasetId, records }, now);
    return records;
  });
}
