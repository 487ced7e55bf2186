import { found } from "../errors.ts";
import { type Asset, LOGGED } from "../model/assets.ts";
import type { MetricPoint } from "../model/runs.ts";
import type { Writer } from "../ports/metadata-store.ts";
import type { RunValueTarget, ValueDetails } from "../ports/run-values.ts";
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
  const { kind, value = Number.NaN, step = 0, timestamp = now, text = "" } = values;
  const target = await requireTarget(writer, runNumber, {
    kind: kind === "parameter" ? kind : "metric",
    name: values.name || crypto.randomUUID(),
  });
  if (target.kind === "metric") await writer.runValues.logMetric(target, { value, step, timestamp }, now);
  else await writer.runValues.putParam(target, text, now);
  await appendEvent(writer, target, now);
  const asset = toAsset(target, target.kind === "metric" ? { value, step, timestamp } : { text }, now);
  return { ...asset, ...(await putDetails(writer, target, detailsIn(values))) };
}

/** Changes a metric or param of a run. What is said of a metric's value corrects the latest one: it is no point more. */
export async function updateRunValue(writer: Writer, asset: Asset, changes: AssetChanges, now: number): Promise<void> {
  const { runValues } = writer;
  const { kind, name, runId = -1 } = asset;
  const target = await requireTarget(writer, runId, { kind: kind === "parameter" ? kind : "metric", name });
  if (target.kind === "metric") await runValues.putMetric(target, changedPoint(asset, changes), now);
  else await runValues.putParam(target, changes.text ?? asset.text ?? "", now);
  await appendEvent(writer, target, now);
  const details = detailsIn(changes);
  if (Object.keys(details).length > 0) await runValues.putDetails(asset.id, details);
}

function changedPoint(asset: Asset, { value, step, timestamp }: AssetChanges): Omit<MetricPoint, "key"> {
  return {
    value: value ?? asset.value ?? Number.NaN,
    step: step ?? asset.step ?? 0,
    timestamp: timestamp ?? asset.timestamp ?? 0,
  };
}

/** What the value carries beside itself, after what is given of it is kept; no statement where there is nothing. */
async function putDetails(
  { assets, runValues }: Writer,
  { id, detailed }: RunValueTarget,
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
  { kind, name, id, run, creationTime, logged }: RunValueTarget,
  value: Pick<Asset, "value" | "step" | "timestamp" | "text">,
  now: number,
): Asset {
  const { state, valueType } = LOGGED;
  const known = logged ? { state, ...(kind === "parameter" && { valueType }) } : {};
  const { rowId: runId, experimentId } = run;
  const times = { creationTime: creationTime ?? now, lastUpdateTime: now };
  return { kind, name, ...value, ...known, id, runId, experimentId, ...times, properties: [] };
}

async function requireTarget(
  { runValues }: Writer,
  runNumber: number,
  value: Pick<RunValueTarget, "kind" | "name">,
): Promise<RunValueTarget> {
  return found(await runValues.getRunValue(runNumber, value), { entity: "run", by: "id", value: String(runNumber) });
}

function appendEvent({ events }: Writer, { kind, run: { runId } }: RunValueTarget, now: number): Promise<void> {
  const [metrics, params] = kind === "metric" ? [1, 0] : [0, 1];
  return events.appendEvent({ kind: "run.data-logged", runId, metrics, params, tags: 0 }, now);
}
