import { found } from "../errors.ts";
import type { Asset } from "../model/assets.ts";
import type { MetricPoint, Param } from "../model/runs.ts";
import type { Writer } from "../ports/metadata-store.ts";
import type { NumberedRun, ValueDetails, WrittenValue } from "../ports/run-values.ts";
import { requireFreeAssetExternalId, requireValue } from "./asset-rules.ts";
import type { AssetChanges, NewAssetValues } from "./asset-values.ts";

/**
 * Sets a metric or param of a run, archived or not, by its name: a random UUID where it has none. A metric gets a point, of step 0 and now
 * where nothing else is said, which becomes its value: here the last write counts, while for those who log to a run by its hexadecimal id
 * the greatest (step, timestamp, value) does; a param takes the new value, which they could not give it. Four statements where nothing
 * but the value is given. Throws `notFound` for the run, `invalidValue` for a metric without a value, and `alreadyExists` for the
 * external id.
 */
export async function setRunValue(
  writer: Writer,
  runNumber: number,
  values: NewAssetValues,
  now: number,
): Promise<Asset> {
  requireValue(values);
  const run = await requireRun(writer, runNumber);
  const key = values.name || crypto.randomUUID();
  if (values.kind === "parameter") return setParam(writer, run, { key, value: values.text ?? "" }, values, now);
  const { value = Number.NaN, step = 0, timestamp = now } = values;
  return setMetric(writer, run, { key, value, step, timestamp }, values, now);
}

async function setMetric(
  writer: Writer,
  run: NumberedRun,
  point: MetricPoint,
  changes: AssetChanges,
  now: number,
): Promise<Asset> {
  const written = await putMetric(writer, run, point, now);
  const { key: name, value, step, timestamp } = point;
  const asset = toAsset(run, written, { kind: "metric", name, value, step, timestamp, lastUpdateTime: now });
  return { ...asset, ...(await putDetails(writer, written, detailsIn(changes))) };
}

async function setParam(
  writer: Writer,
  run: NumberedRun,
  param: Param,
  changes: AssetChanges,
  now: number,
): Promise<Asset> {
  const written = await putParam(writer, run, param, now);
  const asset = toAsset(run, written, { kind: "parameter", name: param.key, text: param.value, lastUpdateTime: now });
  return { ...asset, ...(await putDetails(writer, written, detailsIn(changes))) };
}

/** Changes a metric or param of a run; a metric whose value, step or timestamp is given gets a point more. */
export async function updateRunValue(writer: Writer, asset: Asset, changes: AssetChanges, now: number): Promise<void> {
  const { value, step, timestamp, text } = changes;
  const isPoint = asset.kind === "metric" && [value, step, timestamp].some((given) => given !== undefined);
  const run = await requireRun(writer, asset.runId ?? -1);
  if (isPoint) await putMetric(writer, run, changedPoint(asset, changes), now);
  else if (asset.kind === "parameter" && text !== undefined) {
    await putParam(writer, run, { key: asset.name, value: text }, now);
  } else await writer.runValues.touchValue(asset.id, now);
  const details = detailsIn(changes);
  if (Object.keys(details).length > 0) await writer.runValues.putDetails(asset.id, details);
}

function changedPoint(asset: Asset, { value, step, timestamp }: AssetChanges): MetricPoint {
  return {
    key: asset.name,
    value: value ?? asset.value ?? Number.NaN,
    step: step ?? asset.step ?? 0,
    timestamp: timestamp ?? asset.timestamp ?? 0,
  };
}

async function putMetric(
  { runValues, events }: Writer,
  run: NumberedRun,
  point: MetricPoint,
  now: number,
): Promise<WrittenValue> {
  const { runId } = run;
  await events.appendEvent({ kind: "run.data-logged", runId, metrics: 1, params: 0, tags: 0 }, now);
  return runValues.putMetric(run, point, now);
}

async function putParam(
  { runValues, events }: Writer,
  run: NumberedRun,
  param: Param,
  now: number,
): Promise<WrittenValue> {
  const { runId } = run;
  await events.appendEvent({ kind: "run.data-logged", runId, metrics: 0, params: 1, tags: 0 }, now);
  return runValues.putParam(run, param, now);
}

/** What the value carries beside itself, after what is given of it is kept; no statement where there is nothing. */
async function putDetails(
  { assets, runValues }: Writer,
  { id, detailed }: WrittenValue,
  details: ValueDetails,
): Promise<ValueDetails> {
  if (!detailed && Object.keys(details).length === 0) return {};
  await requireFreeAssetExternalId(assets, details.externalId, id);
  return runValues.putDetails(id, details);
}

function detailsIn({ description, externalId, state, valueType, properties }: AssetChanges): ValueDetails {
  return {
    ...(description !== undefined && { description }),
    ...(externalId !== undefined && { externalId }),
    ...(state !== undefined && { state }),
    ...(valueType !== undefined && { valueType }),
    ...(properties !== undefined && { properties }),
  };
}

function toAsset(
  { rowId: runId, experimentId }: NumberedRun,
  { id, creationTime }: WrittenValue,
  value: Pick<Asset, "kind" | "name" | "value" | "step" | "timestamp" | "text" | "lastUpdateTime">,
): Asset {
  return { ...value, id, runId, experimentId, creationTime, properties: [] };
}

async function requireRun({ runValues }: Writer, id: number): Promise<NumberedRun> {
  return found(await runValues.getNumberedRun(id), { entity: "run", by: "id", value: String(id) });
}
