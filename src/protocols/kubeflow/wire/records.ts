import type { Property } from "../../../core/model/properties.ts";
import type { NumberedRecord } from "../../../core/model/records.ts";
import type { LifecycleStage } from "../../../core/model/values.ts";
import type { MetadataValue } from "../schema/fields.ts";
import { toCoreProperties, toWireProperties } from "./metadata-values.ts";

/** The fields that every resource has, on the wire; what has no value is left out by JSON. */
export function toWireRecord(record: NumberedRecord) {
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

/** What clients may write of every resource, as the core has it; what is absent stays absent. */
export function toCoreRecord({
  description,
  externalId,
  customProperties,
}: {
  description?: string;
  externalId?: string;
  customProperties?: Readonly<Record<string, MetadataValue>>;
}): { description?: string; externalId?: string; properties?: Property[] } {
  return {
    ...(description !== undefined && { description }),
    ...(externalId !== undefined && { externalId }),
    ...(customProperties && { properties: toCoreProperties(customProperties) }),
  };
}

export function toWireState(state: LifecycleStage): "LIVE" | "ARCHIVED" {
  return state === "active" ? "LIVE" : "ARCHIVED";
}

export function toCoreState(state: "LIVE" | "ARCHIVED"): LifecycleStage {
  return state === "LIVE" ? "active" : "deleted";
}
