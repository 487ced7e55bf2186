import { parseJson, toJson } from "../../core/json.ts";
import type { Digest } from "../../core/model/artifacts.ts";
import { parseFileExtension } from "../../core/model/stored-model-names.ts";
import type { ParameterValue } from "../../core/model/stored-models.ts";
import type { NewStoredModel } from "../../core/ops/new-stored-models.ts";
import { requireClientTag } from "../../core/ops/own-properties.ts";
import type { StoredModelChanges } from "../../core/ops/stored-model-changes.ts";
import { invalidValue } from "./errors.ts";

/** What a client says of a model and its bytes. */
export interface UploadMetadata {
  model: NewStoredModel;
  fileExtension: string;
  /** Of the bytes that come, where the client has promised one. */
  sha256?: Digest;
  /** The bytes are a tar whose files become the model's folder. */
  unpack: boolean;
}

export type Fields = Readonly<Record<string, unknown>>;

const DEFAULT_GROUP = "models";
const DEFAULT_EXTENSION = "bin";

/** Longest description, in characters, and most keys of a map: what a page of 1,000 models can still carry. */
const DESCRIPTION_LENGTH = 100_000;
const MOST_KEYS = 1000;
const KEY_LENGTH = 250;
const VALUE_LENGTH = 8000;

const KNOWN = [
  ...["id", "name", "version", "file_extension", "storage_group", "description", "framework"],
  ...["author", "metrics", "parameters", "tags", "sha256", "unpack"],
];

/** Reads the metadata of an upload. Throws `ProblemError` for what is missing, unknown, or of the wrong type. */
export function readUploadMetadata(fields: Fields): UploadMetadata {
  requireKnown(fields, KNOWN);
  const sha256 = optionalText(fields, "sha256")?.toLowerCase();
  if (sha256 !== undefined && !/^[0-9a-f]{64}$/.test(sha256))
    throw invalidValue("sha256", "Give 64 hexadecimal digits.");
  const unpack = optionalText(fields, "unpack");
  if (unpack !== undefined && unpack !== "tar") throw invalidValue("unpack", "Only 'tar' can be unpacked.");
  return {
    model: readNewModel(fields),
    fileExtension: parseFileExtension(optionalText(fields, "file_extension") ?? DEFAULT_EXTENSION),
    ...(sha256 !== undefined && { sha256 }),
    unpack: unpack === "tar",
  };
}

function readNewModel(fields: Fields): NewStoredModel {
  const name = optionalText(fields, "name");
  if (name === undefined) throw invalidValue("name", "Say which model it is: 'name' is missing.");
  const versionName = optionalText(fields, "version");
  const externalId = optionalText(fields, "id", KEY_LENGTH);
  const description = optionalText(fields, "description", DESCRIPTION_LENGTH);
  const framework = optionalText(fields, "framework", KEY_LENGTH);
  const userId = optionalText(fields, "author", KEY_LENGTH);
  return {
    modelName: name,
    ...(versionName !== undefined && { versionName }),
    ...(externalId !== undefined && { externalId }),
    storageGroup: optionalText(fields, "storage_group") ?? DEFAULT_GROUP,
    ...(description !== undefined && { description }),
    ...(framework !== undefined && { framework }),
    ...(userId !== undefined && { userId }),
    metrics: withoutNull(readMap(fields, "metrics", readMetric)),
    parameters: withoutNull(readMap(fields, "parameters", readParameter)),
    tags: withoutNull(readMap(fields, "tags", readTag)),
  };
}

/** Reads a JSON merge patch of a stored model. Throws `ProblemError`. */
export function readChanges(fields: Fields): StoredModelChanges {
  requireKnown(fields, ["description", "framework", "metrics", "parameters", "tags"]);
  return {
    ...("description" in fields && { description: optionalText(fields, "description", DESCRIPTION_LENGTH) ?? null }),
    ...("framework" in fields && { framework: optionalText(fields, "framework", KEY_LENGTH) ?? null }),
    metrics: readMap(fields, "metrics", readMetric),
    parameters: readMap(fields, "parameters", readParameter),
    tags: readMap(fields, "tags", readTag),
  };
}

/** An object of JSON. Throws `ProblemError` for any other text. */
export function readJsonObject(text: string, field: string): Fields {
  let value: unknown;
  try {
    value = parseJson(text);
  } catch (error) {
    throw invalidValue(field, `This is not JSON: ${error instanceof Error ? error.message : "it can't be read"}.`);
  }
  if (isObject(value)) return value;
  throw invalidValue(field, "Give a JSON object.");
}

const JSON_FIELDS = new Set(["metrics", "parameters", "tags"]);

/** Fields that came as text, one for each: those that are maps are JSON in it. Empty text is no value. */
export function readTextFields(fields: Iterable<readonly [string, string]>): Fields {
  const read: Record<string, unknown> = {};
  for (const [name, text] of fields) {
    if (name === "metadata") Object.assign(read, readJsonObject(text, "metadata"));
    else if (text !== "") read[name] = JSON_FIELDS.has(name) ? readJsonObject(text, name) : text;
  }
  return read;
}

function requireKnown(fields: Fields, known: readonly string[]): void {
  const unknown = Object.keys(fields).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  throw invalidValue(unknown, `'${unknown}' can't be given here. These can: ${known.join(", ")}.`);
}

/** Null is no value. */
function optionalText(fields: Fields, name: string, longest = 255): string | undefined {
  const value = fields[name] ?? undefined;
  if (value === undefined) return undefined;
  if (typeof value !== "string") throw invalidValue(name, `'${name}' has to be text, such as "${name}": "1.0".`);
  if (value.length > longest) throw invalidValue(name, `'${name}' may have at most ${longest} characters.`);
  if (!value.isWellFormed() || value.includes("\0")) throw invalidValue(name, `'${name}' is no valid Unicode text.`);
  return value;
}

type ReadValue<T> = (value: unknown, key: string) => T;

function readMap<T>(fields: Fields, name: string, readValue: ReadValue<T>): Record<string, T | null> {
  const map = fields[name] ?? {};
  if (!isObject(map)) throw invalidValue(name, `'${name}' has to be an object, such as {"key": …}.`);
  const entries = Object.entries(map);
  if (entries.length > MOST_KEYS) throw invalidValue(name, `'${name}' may have at most ${MOST_KEYS} keys.`);
  return Object.fromEntries(
    entries.map(([key, value]) => {
      if (key === "" || key.length > KEY_LENGTH || !key.isWellFormed() || key.includes("\0")) {
        throw invalidValue(name, `The keys of '${name}' have 1 to ${KEY_LENGTH} characters.`);
      }
      return [key, value === null ? null : readValue(value, key)];
    }),
  );
}

function readMetric(value: unknown, key: string): number {
  if (typeof value === "number" && Number.isFinite(value)) return value;
  if (typeof value === "bigint") return Number(value);
  throw invalidValue("metrics", `The metric '${key}' has to be a number.`);
}

function readParameter(value: unknown, key: string): ParameterValue {
  const isText = typeof value === "string";
  if (isText && (!value.isWellFormed() || value.includes("\0"))) {
    throw invalidValue("parameters", `The parameter '${key}' is no valid Unicode text.`);
  }
  if ((isText ? value : toJson(value)).length <= VALUE_LENGTH) return value as ParameterValue;
  throw invalidValue("parameters", `The parameter '${key}' may have at most ${VALUE_LENGTH} characters.`);
}

function readTag(value: unknown, key: string): string {
  requireClientTag(key);
  if (typeof value !== "string") throw invalidValue("tags", `The tag '${key}' has to be text.`);
  if (value.length > VALUE_LENGTH)
    throw invalidValue("tags", `The tag '${key}' may have at most ${VALUE_LENGTH} characters.`);
  if (!value.isWellFormed() || value.includes("\0"))
    throw invalidValue("tags", `The tag '${key}' is no valid Unicode text.`);
  return value;
}

function withoutNull<T>(map: Readonly<Record<string, T | null>>): Record<string, T> {
  return Object.fromEntries(Object.entries(map).filter((entry): entry is [string, T] => entry[1] !== null));
}

function isObject(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
