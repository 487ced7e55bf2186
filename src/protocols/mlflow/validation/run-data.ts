import type { DatasetInput, LoggedMetric, Param } from "../../../core/model/runs.ts";
import type { Tag } from "../../../core/model/values.ts";
import type { RunData } from "../../../core/ops/run-data.ts";
import { invalidParameter } from "../errors.ts";
import { pythonRepr } from "../wire/python-text.ts";
import { validateKey, validateLength, validateUniqueTags } from "./names.ts";

const KEY_LENGTH = 250;
const PARAM_VALUE_LENGTH = 6000;
const TAG_VALUE_LENGTH = 8000;
const BATCH_METRICS = 1000;
const BATCH_PARAMS = 100;
const BATCH_TAGS = 100;
const BATCH_ITEMS = 1000;

/** Upstream checks the form of run ids only where several things are written at once. */
export function validateRunId(runId: string): void {
  if (/^[a-zA-Z0-9][\w-]{0,255}$/.test(runId)) return;
  throw invalidParameter(`Invalid value ${JSON.stringify(runId)} for parameter 'run_id' supplied.`);
}

/** `prefix` is where the metric is in the request: `metrics[0].`, or nothing. */
export function validateMetric(metric: LoggedMetric, prefix = ""): LoggedMetric {
  validateLength("Metric name", metric.key, KEY_LENGTH);
  validateKey(metric.key, KEY_LENGTH, `${prefix}name`);
  if (metric.timestamp < 0) {
    throw invalidParameter(
      `Invalid value ${metric.timestamp} for parameter '${prefix}timestamp' supplied: metric '${metric.key}' ` +
        `(value=${printDouble(metric.value)}). Timestamp must be a nonnegative long (64-bit integer) `,
    );
  }
  return metric;
}

/** A double as Python prints it: `1.0`. */
function printDouble(value: number): string {
  return Number.isInteger(value) && Math.abs(value) < 1e16 ? value.toFixed(1) : String(value);
}

/** Returns the param as it is to be kept: a value that is too long loses its end, as upstream has it. */
export function validateParam({ key, value }: Param, prefix = ""): Param {
  validateLength("Param key", key, KEY_LENGTH);
  validateKey(key, KEY_LENGTH, `${prefix}key`);
  return { key, value: truncate(value, PARAM_VALUE_LENGTH) };
}

/** Returns the tag as it is to be kept: a value that is too long loses its end, as upstream has it. */
export function validateRunTag({ key, value }: Tag, prefix = ""): Tag {
  validateKey(key, KEY_LENGTH, `${prefix}key`);
  return { key, value: truncate(value, TAG_VALUE_LENGTH) };
}

/** The tags that a run is created with: upstream takes keys of any characters and values of any length here, and so do clients. */
export function validateTagsOfNewRun(tags: readonly Tag[]): readonly Tag[] {
  for (const { key } of tags) validateLength("key", key, KEY_LENGTH);
  validateUniqueTags(tags);
  return tags;
}

/** Cuts after `length` Unicode code points, as Python counts. */
function truncate(text: string, length: number): string {
  if (text.length <= length) return text;
  return Array.from(text.slice(0, 2 * length))
    .slice(0, length)
    .join("");
}

export function validateBatch({ metrics, params, tags }: RunData): RunData {
  const data = {
    metrics: metrics.map((metric, index) => validateMetric(metric, `metrics[${index}].`)),
    params: params.map((param, index) => validateParam(param, `params[${index}].`)),
    tags: tags.map((tag, index) => validateRunTag(tag, `tags[${index}].`)),
  };
  validateCount("metrics", metrics.length, BATCH_METRICS);
  validateCount("params", params.length, BATCH_PARAMS);
  validateCount("tags", tags.length, BATCH_TAGS);
  validateCount("metrics, params, and tags", metrics.length + params.length + tags.length, BATCH_ITEMS);
  validateUniqueKeys(params);
  return data;
}

function validateCount(what: string, count: number, limit: number): void {
  if (count <= limit) return;
  throw invalidParameter(
    `A batch logging request can contain at most ${limit} ${what}. Got ${count} ${what}. ` +
      `Please split up ${what} across multiple requests and try again.`,
  );
}

function validateUniqueKeys(params: readonly Param[]): void {
  const seen = new Set<string>();
  const repeated = params.map(({ key }) => key).filter((key) => seen.size === seen.add(key).size);
  if (repeated.length === 0) return;
  throw invalidParameter(
    `Duplicate parameter keys have been submitted: [${repeated.map(pythonRepr).join(", ")}]. Please ensure ` +
      "the request contains only one param value per param key.",
  );
}

const DATASET_LENGTHS = { name: 500, digest: 36, source: 65_535, schema: 1_048_575, profile: 16_777_215 };
const INPUT_TAG_KEY_LENGTH = 255;
const INPUT_TAG_VALUE_LENGTH = 500;

export function validateDatasetInput(input: DatasetInput): DatasetInput {
  for (const [field, limit] of Object.entries(DATASET_LENGTHS)) {
    validateLength(field, input.dataset[field as keyof typeof DATASET_LENGTHS] ?? "", limit);
  }
  for (const { key, value } of input.tags) {
    validateLength("key", key, INPUT_TAG_KEY_LENGTH);
    validateLength("value", value, INPUT_TAG_VALUE_LENGTH);
  }
  return input;
}
