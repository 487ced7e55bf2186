import type { Property } from "../../../core/model/properties.ts";
import type { LifecycleStage, Timestamp } from "../../../core/model/values.ts";
import { toWireProperties } from "./metadata-values.ts";

/** What every record has. */
interface CoreRecord {
  id: number;
  name: string;
  description?: string;
  externalId?: string;
  creationTime: Timestamp;
  lastUpdateTime: Timestamp;
  properties: readonly Property[];
}

/** The fields that every resource has, on the wire; what has no value is left out by JSON. */
export function toWireRecord(record: CoreRecord) {
  return {
    createTimeSinceEpoch: String(record.creationTime),
    customProperties: toWireProperties(record.properties),
    description: record.description,
    externalId: record.externalId,
    id: String(record.id),
    lastUpdateTimeSinceEpoch: String(record.lastUpdateTime),
    name: record.name,
  };
}

export function toWireState(state: LifecycleStage): "LIVE" | "ARCHIVED" {
  return state === "active" ? "LIVE" : "ARCHIVED";
}

export function toCoreState(state: "LIVE" | "ARCHIVED"): LifecycleStage {
  return state === "LIVE" ? "active" : "deleted";
}
