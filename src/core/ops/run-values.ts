import { found } from "../errors.ts";
import { type Asset, type AssetKind, LOGGED } from "../model/assets.ts";
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
  if (values.kind === "parameter") return putParam(writer, run, { key, value: values.text ?? "" }, values, now);
  const { value = Number.NaN, step = 0, timestamp = now } = values;
  return logMetric(writer, run, { key, value, step, timestamp }, values, now);
}

async function logMetric(
  writer: Writer,
  run: NumberedRun,
  point: MetricPoint,
  changes: AssetChanges,
  now: number,
): Promise<Asset> {
  const written = await writer.runValues.logMetric(run, point, now);
  await appendEvent(writer, run, "metric", now);
  const { key: name, value, step, timestamp } = point;
  const asset = toAsset(run, written, { kind: "metric", name, value, step, timestamp, lastUpdateTime: now });
  return { ...asset, ...(await putDetails(writer, written, detailsIn(changes))) };
}

async function putParam(
  writer: Writer,
  run: NumberedRun,
  param: Param,
  changes: AssetChanges,
  now: number,
): Promise<Asset> {
  const written = await writer.runValues.putParam(run, param, now);
  await appendEvent(writer, run, "parameter", now);
  const asset = toAsset(run, written, { kind: "parameter", name: param.key, text: param.value, lastUpdateTime: now });
  return { ...asset, ...(await putDetails(writer, written, detailsIn(changes))) };
}

/** Changes a metric or param of a run. What is said of a metric's value corrects the latest one: it is no point more. */
export async function updateRunValue(writer: Writer, asset: Asset, changes: AssetChanges, now: number): Promise<void> {
  const { runValues } = writer;
  const run = await requireRun(writer, asset.runId ?? -1);
  if (asset.kind === "metric") await runValues.putMetric(run, changedPoint(asset, changes), now);
  else await runValues.putParam(run, { key: asset.name, value: changes.text ?? asset.text ?? "" }, now);
  await appendEvent(writer, run, asset.kind, now);
  const details = detailsIn(changes);
  if (Object.keys(details).length > 0) await runValues.putDetails(asset.id, details);
}

function changedPoint(asset: Asset, { value, step, timestamp }: AssetChanges): MetricPoint {
  return {
    key: asset.name,
    value: value ?? asset.value ?? Number.NaN,
    step: step ?? asset.step ?? 0,
    timestamp: timestamp ?? asset.timestamp ?? 0,
  };
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
  { id, creationTime, logged }: WrittenValue,
  value: Pick<Asset, "kind" | "name" | "value" | "step" | "timestamp" | "text" | "lastUpdateTime">,
): Asset {
  const { state, valueType } = LOGGED;
  const known = logged ? { state, ...(value.kind === "parameter" && { valueType }) } : {};
  return { ...value, ...known, id, runId, experimentId, creationTime, properties: [] };
}

async function requireRun({ runValues }: Writer, id: number): Promise<NumberedRun> {
  return found(await runValues.getNumberedRun(id), { entity: "run", by: "id", value: String(id) });
}

function appendEvent({ events }: Writer, { runId }: NumberedRun, kind: AssetKind, now: number): Promise<void> {
  const [metrics, params] = kind === "metric" ? [1, 0] : [0, 1];
  return events.appendEvent({ kind: "run.data-logged", runId, metrics, params, tags: 0 }, now);
}
