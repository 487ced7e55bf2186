import type { Timestamp } from "../../core/model/values.ts";
import { KubeflowError } from "../../protocols/kubeflow/errors.ts";
import type { MetadataValue, RequiredValuesOf, ResourceSchema } from "../../protocols/kubeflow/schema/fields.ts";
import { isWritable, parseBody } from "../../protocols/kubeflow/wire/body.ts";
import { parseMetadataValues } from "../../protocols/kubeflow/wire/metadata-values.ts";
import type { SourceItem } from "./source.ts";

/** A part of a resource that can't be copied. */
export interface Loss {
  part: string;
  reason: string;
  advice: string;
}

export interface ReadItem<Schema extends ResourceSchema> {
  values: RequiredValuesOf<Schema>;
  losses: Loss[];
}

/**
 * The fields of a resource that clients may write, without those that are unknown here and the custom properties that break the rules:
 * they are losses.
 */
export function cleanItem(
  schema: ResourceSchema,
  item: SourceItem,
): { fields: Record<string, unknown>; losses: Loss[] } {
  const losses: Loss[] = [];
  const fields: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(item)) {
    const field = Object.hasOwn(schema.fields, name) ? schema.fields[name] : undefined;
    if (field === undefined) losses.push(unknownField(schema, name));
    else if (isWritable(field, "create")) fields[name] = value;
  }
  fields.customProperties = readProperties(item.customProperties ?? {}, losses);
  return { fields, losses };
}

/**
 * Reads a resource by the rules for those that clients send, except that a custom property that breaks them, or a field that is unknown
 * here, is a loss and not an end. Throws `KubeflowError`.
 */
export function readItem<Schema extends ResourceSchema>(schema: Schema, item: SourceItem): ReadItem<Schema> {
  const { fields, losses } = cleanItem(schema, item);
  return { values: parseBody(schema, "create", fields), losses };
}

/** When the source made the resource, and when it last changed it. */
export function readTimes(item: SourceItem): { creationTime: Timestamp; lastUpdateTime: Timestamp } {
  const creationTime = Number(item.createTimeSinceEpoch) || 0;
  return { creationTime, lastUpdateTime: Number(item.lastUpdateTimeSinceEpoch) || creationTime };
}

/** The time of a metric's point, which the Go server takes as any text; undefined for what is no number of milliseconds. */
export function readTimestamp({ timestamp }: SourceItem): Timestamp | undefined {
  if (typeof timestamp !== "string" || !/^-?\d{1,18}$/.test(timestamp)) return undefined;
  const time = BigInt(timestamp);
  return Number.isSafeInteger(Number(time)) ? Number(time) : time;
}

/** What is lost of a time that is no number of milliseconds. */
export function timestampLosses(item: SourceItem): Loss[] {
  if (item.timestamp === undefined || readTimestamp(item) !== undefined) return [];
  const reason = `${JSON.stringify(item.timestamp)} is no number of milliseconds`;
  return [{ part: "timestamp", reason, advice: "It is the time of creation here. Log it again if the time matters." }];
}

function unknownField({ name: schema }: ResourceSchema, name: string): Loss {
  return {
    part: `field "${name}"`,
    reason: `this registry knows no such field of ${schema}`,
    advice: "If you need it, set it as a custom property of the copy.",
  };
}

function readProperties(properties: unknown, losses: Loss[]): Record<string, MetadataValue> {
  const read: Record<string, MetadataValue> = Object.create(null);
  for (const [key, value] of Object.entries(properties as object)) {
    try {
      Object.assign(read, parseMetadataValues(Object.fromEntries([[key, encodeStruct(value)]])));
    } catch (error) {
      if (!(error instanceof KubeflowError)) throw error;
      losses.push({ part: `custom property "${key}"`, reason: error.message, advice: adviceOf(value) });
    }
  }
  return read;
}

function adviceOf(value: unknown): string {
  return metadataType(value) === "MetadataProtoValue"
    ? "Set it again on the copy, as a struct or a string: protocol buffers can't be kept."
    : "Set it again on the copy, with a value that can be kept.";
}

function metadataType(value: unknown): unknown {
  return typeof value === "object" && value !== null && "metadataType" in value ? value.metadataType : undefined;
}

/** The Go server takes the JSON of a struct in base64, as its contract has it, and gives it back without. */
function encodeStruct(value: unknown): unknown {
  if (metadataType(value) !== "MetadataStructValue") return value;
  const { struct_value: struct } = value as { struct_value?: unknown };
  if (typeof struct !== "string" || isJson(Buffer.from(struct, "base64").toString()) || !isJson(struct)) return value;
  return { ...(value as object), struct_value: Buffer.from(struct).toString("base64") };
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
