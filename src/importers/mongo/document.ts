import { isCoreError } from "../../core/errors.ts";
import { toJson } from "../../core/json.ts";
import type { Property } from "../../core/model/properties.ts";
import { modelFileName, parseFileExtension } from "../../core/model/stored-model-names.ts";
import { IMPORTED_ID, IMPORTED_PATH, OWN_PROPERTY_PREFIX } from "../../core/model/stored-models.ts";
import type { Timestamp } from "../../core/model/values.ts";
import type { NewStoredModel } from "../../core/ops/new-stored-models.ts";
import { ProblemError } from "../../protocols/binary/errors.ts";
import { readUploadMetadata } from "../../protocols/binary/metadata.ts";
import { MEND_AND_REPEAT, NotCopied } from "../problems.ts";
import type { DocumentEntry } from "./documents.ts";
import type { ObjectPlace } from "./objects.ts";
import { idText, type Plain, timeOfId, toPlainObject } from "./plain.ts";

/** A part of a document that can't be kept. */
export interface Loss {
  part: string;
  reason: string;
  advice: string;
}

/** What a document of the earlier registry says. */
export interface SourceModel {
  /** By which clients of the earlier registry ask for it. */
  id: string;
  model: NewStoredModel;
  fileName: string;
  place: ObjectPlace;
  lastUpdateTime?: Timestamp;
  /** What the earlier registry wrote down of the object when it put it there. */
  storedAs: { size?: number; etag?: string };
  losses: Loss[];
  /** In what it is not the original, though nothing is lost. */
  differences: string[];
}

/** Fields that are told apart; all others become properties. */
const KNOWN = new Set([
  ...["_id", "id", "name", "version", "file_extension", "storage_group", "storage_path", "metadata_id"],
  ...["description", "framework", "author", "metrics", "parameters", "tags"],
  ...["storage_info", "registration_time", "created_at", "updated_at"],
]);

/** When it was registered, the most exact first. */
const CREATION_FIELDS = ["registration_time", "created_at"];

/** What decides in which order documents are copied, and what they share. */
export const ENTRY_FIELDS = [...CREATION_FIELDS, "storage_group", "storage_path"];

const MOST_PROPERTIES = 200;
const PROPERTY_KEY_LENGTH = 250;
const PROPERTY_LENGTH = 8000;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const FORBIDDEN_IN_NAMES = /[\x00-\x1f\x7f/:]/g;

/**
 * Reads a document by the rules for what clients upload. Throws `NotCopied` where what identifies it or its object is missing or has
 * another type than the earlier registry gives it; what else breaks the rules is a property or a loss.
 */
export function readDocument(document: DocumentEntry, defaultBucket: string): SourceModel {
  const id = idText(document._id);
  if (id === undefined) throw wrong("_id", document._id, "an ObjectId or text");
  return new DocumentReader(id, document, defaultBucket).read();
}

/** When the earlier registry made it, as far as that can be known. */
export function creationTimeOf(document: DocumentEntry): Timestamp | undefined {
  const [time] = CREATION_FIELDS.flatMap((field) => readTime(document[field]) ?? []);
  return time ?? timeOfId(document._id);
}

/** Text that names one document among all of a collection, whatever the types of the ids. */
export function documentKey({ _id: id }: DocumentEntry): string {
  return typeof id === "string" ? JSON.stringify(id) : (idText(id) ?? toJson(toPlainObject({ id })));
}

class DocumentReader {
  readonly #id: string;
  readonly #document: DocumentEntry;
  readonly #fields: Readonly<Record<string, Plain>>;
  readonly #defaultBucket: string;
  readonly #properties = new Map<string, Property>();
  readonly #losses: Loss[] = [];
  readonly #differences: string[] = [];

  constructor(id: string, document: DocumentEntry, defaultBucket: string) {
    this.#id = id;
    this.#document = document;
    this.#fields = toPlainObject(document);
    this.#defaultBucket = defaultBucket;
  }

  read(): SourceModel {
    if (/^[1-9]\d{0,14}$/.test(this.#id)) {
      this.#differences.push(
        "its _id is a number: where a version here has that number, clients that ask for it get that one",
      );
    }
    const group = this.#text("storage_group") ?? this.#defaultBucket;
    const name = this.#name("name", this.#requiredText("name"));
    const version = this.#text("version");
    const extension = this.#extension();
    const place = { bucket: group, key: this.#key() };
    const model = this.#model({ name, group, version: version && this.#name("version", version) });
    return {
      id: this.#id,
      model: { ...model, properties: this.#allProperties(place.key) },
      fileName: modelFileName(name, extension),
      place,
      storedAs: this.#storedAs(),
      ...this.#times(),
      losses: this.#losses,
      differences: this.#differences,
    };
  }

  #model({ name, group, version }: { name: string; group: string; version: string | undefined }): NewStoredModel {
    const identity = { name, version, id: this.#text("id"), storage_group: group };
    const creationTime = creationTimeOf(this.#document);
    const model = { ...parse(identity), ...(creationTime !== undefined && { creationTime }) };
    return {
      ...model,
      ...this.#optional("description"),
      ...this.#optional("framework"),
      ...this.#optional("author"),
      metrics: this.#map("metrics", "metric") as NewStoredModel["metrics"],
      parameters: this.#map("parameters", "parameter") as NewStoredModel["parameters"],
      tags: this.#tags(),
    };
  }

  /** What the rules don't take as it is becomes a property. */
  #optional(field: "description" | "framework" | "author"): Partial<NewStoredModel> {
    const name = field === "author" ? "userId" : field;
    const value = this.#fields[field] ?? null;
    if (value === null || value === "") return {};
    try {
      const { [name]: read } = parse({ name: "-", [field]: value });
      return read === undefined ? {} : { [name]: read };
    } catch (error) {
      this.#keep(field, value, `its ${field}`, reasonOf(error));
      return {};
    }
  }

  #map(field: "metrics" | "parameters", word: string): Record<string, unknown> {
    const read: Record<string, unknown> = {};
    for (const [key, value] of this.#entries(field)) {
      try {
        Object.assign(read, parse({ name: "-", [field]: { [key]: value } })[field]);
      } catch (error) {
        this.#keep(`${field}.${key}`, value, `its ${word} "${key}"`, reasonOf(error));
      }
    }
    return read;
  }

  /** Those that are text; the others keep their types as properties. */
  #tags(): Record<string, string> {
    const tags: Record<string, string> = {};
    for (const [key, value] of this.#entries("tags")) {
      try {
        Object.assign(tags, parse({ name: "-", tags: { [key]: value } }).tags);
      } catch (error) {
        if (typeof value === "string" || !this.#setProperty(key, value)) this.#lose(`tag "${key}"`, reasonOf(error));
      }
    }
    return tags;
  }

  #entries(field: "metrics" | "parameters" | "tags"): [string, Plain][] {
    const value = this.#fields[field] ?? {};
    if (typeof value === "object" && value !== null && !Array.isArray(value)) {
      return Object.entries(value).filter(([, each]) => each !== null);
    }
    this.#keep(field, value, `its ${field}`, "they are no map of keys to values");
    return [];
  }

  #keep(key: string, value: Plain, what: string, reason: string): void {
    if (this.#setProperty(key, value))
      this.#differences.push(`${what} can only be the property ${key} here: ${reason}`);
    else this.#lose(what.replace(/^its /, ""), reason);
  }

  #lose(part: string, reason: string): void {
    this.#losses.push({ part, reason, advice: "If you need it, set it on the copy in another form." });
  }

  #setProperty(key: string, value: Plain): boolean {
    const property = toProperty(key, value);
    const isPossible =
      property !== undefined &&
      this.#properties.size < MOST_PROPERTIES &&
      !this.#properties.has(key) &&
      !key.startsWith(OWN_PROPERTY_PREFIX) &&
      !key.startsWith("mlflow.") &&
      key !== "" &&
      key.length <= PROPERTY_KEY_LENGTH &&
      property.value.length <= PROPERTY_LENGTH &&
      `${key}${property.value}`.isWellFormed() &&
      !`${key}${property.value}`.includes("\0");
    if (isPossible) this.#properties.set(key, property);
    return isPossible;
  }

  /** With what the document has beside the fields that are known, and what the document was called. */
  #allProperties(path: string): Property[] {
    const tags = this.#fields.tags;
    for (const [field, value] of Object.entries(this.#fields)) {
      if (KNOWN.has(field) || value === null) continue;
      const isTag = typeof tags === "object" && tags !== null && Object.hasOwn(tags, field);
      const key = isTag ? `field.${field}` : field;
      if (!this.#setProperty(key, value))
        this.#lose(`field "${field}"`, "it is too large, too long or one too many for a property");
    }
    const own = [
      { key: IMPORTED_ID, type: "string", value: this.#id },
      { key: IMPORTED_PATH, type: "string", value: path },
    ] as const;
    return [...this.#properties.values(), ...own];
  }

  #name(field: string, text: string): string {
    const name = text.replace(FORBIDDEN_IN_NAMES, "_");
    if (name !== text)
      this.#differences.push(`its ${field} is ${JSON.stringify(name)} here, without what addresses can't hold`);
    return name;
  }

  /** Where the earlier registry put the object; it made the key of what identifies the model. */
  #key(): string {
    const stored = this.#text("storage_path");
    if (stored !== undefined) return stored;
    const [id, name, version, extension] = ["id", "name", "version", "file_extension"].map((field) =>
      this.#text(field),
    );
    if (id !== undefined && version !== undefined && extension !== undefined)
      return `${id}_${name}_${version}.${extension}`;
    throw new NotCopied({
      reason: "it does not say where its object is: storage_path is missing",
      advice: MEND_AND_REPEAT,
    });
  }

  #extension(): string {
    const given = this.#text("file_extension");
    const [, ending] = /\.([A-Za-z0-9]{1,32})$/.exec(this.#text("storage_path") ?? "") ?? [];
    if (given === undefined) return ending ?? "bin";
    try {
      return parseFileExtension(given);
    } catch (error) {
      if (!isCoreError(error, "invalidValue")) throw error;
      this.#differences.push(
        `its file_extension is ${JSON.stringify(ending ?? "bin")} here, not ${JSON.stringify(given)}`,
      );
      return ending ?? "bin";
    }
  }

  #storedAs(): SourceModel["storedAs"] {
    const info = this.#fields.storage_info;
    if (typeof info !== "object" || info === null || Array.isArray(info)) return {};
    const { size, etag } = info;
    return { ...(typeof size === "number" && { size }), ...(typeof etag === "string" && { etag }) };
  }

  #times(): { lastUpdateTime?: Timestamp } {
    for (const field of [...CREATION_FIELDS, "updated_at"]) {
      const value = this.#fields[field] ?? null;
      if (value !== null && readTime(this.#document[field]) === undefined) {
        this.#keep(field, value, `its ${field}`, "it is no time");
      }
    }
    const lastUpdateTime = readTime(this.#document.updated_at);
    return lastUpdateTime === undefined ? {} : { lastUpdateTime };
  }

  #requiredText(field: string): string {
    const text = this.#text(field);
    if (text !== undefined) return text;
    throw new NotCopied({ reason: `it has no ${field}`, advice: MEND_AND_REPEAT });
  }

  /** Nothing and empty text are the same. */
  #text(field: string): string | undefined {
    const value = this.#fields[field] ?? "";
    if (typeof value !== "string" || (typeof this.#document[field] !== "string" && value !== "")) {
      throw wrong(field, this.#document[field], "text");
    }
    return value === "" ? undefined : value;
  }
}

/** By the rules for uploads. Throws `NotCopied`. */
function parse(fields: Record<string, unknown>): NewStoredModel {
  try {
    return readUploadMetadata(fields).model;
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    throw new NotCopied({ reason: error.message.replace(/\.$/, ""), advice: MEND_AND_REPEAT });
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof NotCopied) return error.explanation.reason;
  throw error;
}

function wrong(field: string, value: unknown, expected: string): NotCopied {
  const shown = toJson(toPlainObject({ value }).value ?? null).slice(0, 100);
  return new NotCopied({ reason: `its ${field} is ${shown}, which is not ${expected}`, advice: MEND_AND_REPEAT });
}

function toProperty(key: string, value: Plain): Property | undefined {
  if (value === null) return undefined;
  if (typeof value === "string") return { key, type: "string", value };
  if (typeof value === "boolean") return { key, type: "bool", value: String(value) };
  if (typeof value === "number")
    return { key, type: Number.isSafeInteger(value) ? "int" : "double", value: String(value) };
  if (typeof value === "bigint") return { key, type: "int", value: String(value) };
  return { key, type: "struct", value: toJson(value) };
}

/** A time of MongoDB, in ISO 8601, or in ms since the epoch. */
function readTime(value: unknown): Timestamp | undefined {
  const time = typeof value === "string" ? Date.parse(value) : Number(value instanceof Date ? value.getTime() : value);
  return time > 0 && time < 8.64e15 ? Math.trunc(time) : undefined;
}
