/** Fields whose values differ from server to server, or from moment to moment, by right. */
const MASKED = new Set([
  "run_id",
  "run_uuid",
  "experiment_id",
  "artifact_uri",
  "creation_timestamp",
  "last_updated_timestamp",
  "next_page_token",
]);

/** An answer without what may differ: ids and times hidden, lists of keyed items in the order of their keys. */
export function mask(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(mask).sort(byKey);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([key, each]) => [key, MASKED.has(key) ? `<${key}>` : mask(each)]);
  return Object.fromEntries(entries);
}

/** Where two masked answers first differ, as a path with both values; nothing if they are the same. */
export function firstDifference(one: unknown, other: unknown, path = "answer"): string | undefined {
  if (!isObject(one) || !isObject(other)) {
    return Object.is(one, other) ? undefined : `${path}: ${JSON.stringify(one)} against ${JSON.stringify(other)}`;
  }
  for (const key of new Set([...Object.keys(one), ...Object.keys(other)])) {
    const difference = firstDifference(one[key], other[key], `${path}.${key}`);
    if (difference !== undefined) return difference;
  }
  return undefined;
}

/** Metrics, params and tags of a run come in any order; the sort is stable, so points of one metric keep theirs. */
function byKey(one: unknown, other: unknown): number {
  if (!isObject(one) || !isObject(other) || typeof one.key !== "string" || typeof other.key !== "string") return 0;
  return one.key < other.key ? -1 : Number(one.key > other.key);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
