import { parseJson, toJson } from "../../../core/json.ts";
import {
  type DatasetRecord,
  type EvaluationDataset,
  type JsonObject,
  RECORD_SOURCES,
  type RecordContent,
  type RecordSource,
} from "../../../core/model/evaluation-datasets.ts";
import type { Tag } from "../../../core/model/values.ts";
import { invalidParameter } from "../errors.ts";

/** MLflow's `Dataset`: tags, schema and profile are JSON inside of texts. */
export function toWireEvaluationDataset(dataset: EvaluationDataset, experimentIds: readonly number[] = []) {
  return {
    dataset_id: dataset.datasetId,
    name: dataset.name,
    tags: toJson(Object.fromEntries(dataset.tags.map(({ key, value }) => [key, value]))),
    ...(dataset.schema && { schema: toJson(dataset.schema) }),
    ...(dataset.recordCount > 0 && { profile: toJson({ num_records: dataset.recordCount }) }),
    digest: dataset.digest,
    created_time: dataset.creationTime,
    last_update_time: dataset.lastUpdateTime,
    ...(dataset.createdBy !== undefined && { created_by: dataset.createdBy }),
    ...(dataset.lastUpdatedBy !== undefined && { last_updated_by: dataset.lastUpdatedBy }),
    ...(experimentIds.length > 0 && { experiment_ids: experimentIds.map(String) }),
  };
}

/** Tags as JSON text: an object; null means that the tag is not set. */
export function toCoreTags(text: string | undefined): Tag[] {
  if (text === undefined || text === "") return [];
  const tags = requireObject(parseText("tags", text), "tags");
  return Object.entries(tags).flatMap(([key, value]) =>
    value === null ? [] : [{ key, value: typeof value === "string" ? value : toJson(value) }],
  );
}

/** One of the records that `getDatasetRecords` gives as JSON text. */
export function toWireRecord(datasetId: string, record: DatasetRecord) {
  const { source } = record;
  const sourceId = source?.type === "TRACE" ? source.data.trace_id : source?.data.source_id;
  return {
    dataset_record_id: record.recordId,
    dataset_id: datasetId,
    inputs: record.inputs,
    ...(record.outputs !== null && record.outputs !== undefined && { outputs: record.outputs }),
    ...(record.expectations && { expectations: record.expectations }),
    tags: record.tags ?? {},
    ...(source && { source: { source_type: source.type, source_data: source.data }, source_type: source.type }),
    ...(typeof sourceId === "string" && { source_id: sourceId }),
    created_time: record.creationTime,
    last_update_time: record.lastUpdateTime,
    ...(record.createdBy !== undefined && { created_by: record.createdBy }),
    ...(record.lastUpdatedBy !== undefined && { last_updated_by: record.lastUpdatedBy }),
  };
}

/** Records as JSON text: a list of objects. */
export function toCoreRecords(text: string): RecordContent[] {
  const records = parseText("records", text);
  if (!Array.isArray(records)) throw invalidParameter("The parameter 'records' must be the JSON text of a list.");
  return records.map((record, index) => toCoreRecord(requireObject(record, `records[${index}]`), `records[${index}]`));
}

function toCoreRecord({ inputs, outputs, expectations, tags, source }: JsonObject, path: string): RecordContent {
  return {
    inputs: requireObject(inputs ?? {}, `${path}.inputs`),
    ...(outputs !== undefined && { outputs }),
    ...(isGiven(expectations) && { expectations: requireObject(expectations, `${path}.expectations`) }),
    ...(isGiven(tags) && { tags: requireObject(tags, `${path}.tags`) }),
    ...(isGiven(source) && { source: toCoreSource(requireObject(source, `${path}.source`), path) }),
  };
}

function toCoreSource({ source_type: type, source_data: data }: JsonObject, path: string): RecordSource {
  const known = RECORD_SOURCES.find((candidate) => candidate === String(type).toUpperCase());
  if (known === undefined) {
    throw invalidParameter(
      `Invalid dataset record source type: ${String(type).slice(0, 100)}. Valid source types: [${RECORD_SOURCES.map((name) => `'${name}'`).join(", ")}]`,
    );
  }
  return { type: known, data: requireObject(data ?? {}, `${path}.source.source_data`) };
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function parseText(name: string, text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    throw invalidParameter(`The parameter '${name}' must be JSON text.`);
  }
}

function requireObject(value: unknown, path: string): JsonObject {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as JsonObject;
  throw invalidParameter(`Invalid value for parameter '${path}' supplied: it must be a JSON object.`);
}
