import { toJson } from "../json.ts";
import type { ParameterType } from "../model/assets.ts";
import type { ParameterValue } from "../model/stored-models.ts";
import type { Writer } from "../ports/metadata-store.ts";
import { insertAsset } from "./asset-changes.ts";

interface ModelValues {
  metrics: Readonly<Record<string, number>>;
  parameters: Readonly<Record<string, ParameterValue>>;
}

/** Makes the metrics and parameters of a version. */
export async function insertValues(
  writer: Writer,
  versionId: number,
  { metrics, parameters }: ModelValues,
  now: number,
): Promise<void> {
  const parent = { versionId };
  for (const [name, value] of Object.entries(metrics)) await insertAsset(writer, metricOf(name, value), now, parent);
  for (const [name, value] of Object.entries(parameters))
    await insertAsset(writer, parameterOf(name, value), now, parent);
}

/** What a metric of a version is as an asset. */
export function metricOf(name: string, value: number) {
  return { kind: "metric", name, value, state: "LIVE" } as const;
}

/** What a parameter of a version is as an asset; objects and lists are kept as JSON. */
export function parameterOf(name: string, value: ParameterValue) {
  const text = typeof value === "string" ? value : toJson(value);
  return { kind: "parameter", name, text, valueType: parameterType(value), state: "LIVE" } as const;
}

function parameterType(value: ParameterValue): ParameterType {
  const type = typeof value;
  if (type === "bigint") return "number";
  return type === "string" || type === "number" || type === "boolean" ? type : "object";
}
