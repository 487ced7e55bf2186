/** Any JSON value. */
export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue };

/** A value of a parameter: any JSON but null, which removes a parameter. */
export type ParameterValue = Exclude<JsonValue, null>;

/**
 * What a model's files say about themselves: facts, no verdicts. The server reads them without running anything. Further facts depend on
 * the format.
 */
export interface ModelFacts {
  /** Such as `safetensors`, `onnx`, `pickle`; `unknown` where nothing is recognised. */
  format: string;
  /** What is wrong with the file. */
  damaged?: string;
  /** Why the server did not read on. */
  incomplete?: string;
  /** Of a format that runs code when it is loaded: how much of that code was looked at. */
  scan?: "complete" | "partial" | "unscanned";
  [fact: string]: JsonValue | undefined;
}

/** A model version that has files. */
export interface StoredModel {
  /** The number of the version's record, as decimal text: the same that Kubeflow's API has as its id. */
  metadataId: string;
  /** The id that its uploader chose, or null. */
  id: string | null;
  /** Of the registered model. */
  name: string;
  /** The version's name; its number where the uploader gave none. */
  version: string;
  /** The version's number within the registered model, from 1: MLflow's `models:/name/number`. */
  versionNumber: number;
  /** Null for a folder. */
  fileName: string | null;
  /** "" for a folder. */
  fileExtension: string;
  /** Null where the files are kept elsewhere. */
  storageGroup: string | null;
  /** Null where the files are kept elsewhere: `uri` says where. */
  storagePath: string | null;
  description: string | null;
  /** Such as `scikit-learn`. */
  framework: string | null;
  /** Who made it. */
  author: string | null;
  metrics: Readonly<Record<string, number>>;
  parameters: Readonly<Record<string, ParameterValue>>;
  tags: Readonly<Record<string, string>>;
  /** Whether there are files below a folder, as MLflow logs them, instead of a single one. */
  isFolder: boolean;
  /** Bytes, of a folder those of all files; null where the files are kept elsewhere. */
  size: number | null;
  /** Of the file, as 64 hexadecimal digits; null for a folder, and where the files are kept elsewhere. */
  sha256: string | null;
  /** Where the bytes are. */
  uri: string | null;
  /** `None`, `Staging`, `Production` or `Archived`. */
  stage: string;
  /** Of the registered model, those that point to this version. */
  aliases: readonly string[];
  /** What the files say about themselves; null where the server has not looked. */
  facts: ModelFacts | null;
  /** Milliseconds since 1970. */
  creationTimestamp: number;
  /** Milliseconds since 1970. */
  lastUpdatedTimestamp: number;
}

/** What is said of a model as it is uploaded. */
export interface NewModel {
  /** Of the registered model, which is made where there is none. */
  name: string;
  /** The version's name, which must be free; its number where none is given. */
  version?: string;
  /** An id of your own, which must be free. */
  id?: string;
  /** Letters, digits and dots, such as `pkl` (that of the file's name, or `bin`). */
  fileExtension?: string;
  /** Where the server keeps it (`models`). */
  storageGroup?: string;
  description?: string;
  framework?: string;
  /** Who made it; owns the registered model that is made for it. */
  author?: string;
  /** Finite numbers. */
  metrics?: Readonly<Record<string, number>>;
  parameters?: Readonly<Record<string, ParameterValue>>;
  tags?: Readonly<Record<string, string>>;
  /** The SHA-256 of the bytes where you know it, as 64 hexadecimal digits: others are refused. */
  sha256?: string;
  /** The bytes are a tar, whose files become the model's folder. */
  unpack?: "tar";
}

/** What can be changed of a stored model: what is absent stays, null removes. */
export interface ModelChanges {
  description?: string | null;
  framework?: string | null;
  /** Null removes the metric of that name. */
  metrics?: Readonly<Record<string, number | null>>;
  /** Null removes the parameter of that name. */
  parameters?: Readonly<Record<string, ParameterValue | null>>;
  /** Null removes the tag of that key. */
  tags?: Readonly<Record<string, string | null>>;
}

/** Which stored models are wanted: those that fit all that is given. */
export interface ModelFilter {
  name?: string;
  version?: string;
  id?: string;
  storageGroup?: string;
  framework?: string;
  /** Each of these keys has this value. */
  tags?: Readonly<Record<string, string>>;
  /** A part of the name or of the description, in capitals or not. */
  search?: string;
}

/** A file of a stored model. */
export interface ModelFile {
  /** Below the model's folder, with `/` between folders. */
  path: string;
  /** Bytes. */
  size: number;
  /** As 64 hexadecimal digits. */
  sha256: string;
  url: string;
}

/** As the server writes it. */
export interface WireModel {
  metadata_id: string;
  id: string | null;
  name: string;
  version: string;
  version_number: number;
  file_name: string | null;
  file_extension: string;
  storage_group: string | null;
  storage_path: string | null;
  description: string | null;
  framework: string | null;
  author: string | null;
  metrics: Record<string, number>;
  parameters: Record<string, ParameterValue>;
  tags: Record<string, string>;
  is_folder: boolean;
  size: number | null;
  sha256: string | null;
  uri: string | null;
  stage: string;
  aliases: string[];
  facts: ModelFacts | null;
  creation_timestamp: number;
  last_updated_timestamp: number;
}

export function toStoredModel(wire: WireModel): StoredModel {
  return {
    metadataId: wire.metadata_id,
    id: wire.id,
    name: wire.name,
    version: wire.version,
    versionNumber: wire.version_number,
    fileName: wire.file_name,
    fileExtension: wire.file_extension,
    storageGroup: wire.storage_group,
    storagePath: wire.storage_path,
    description: wire.description,
    framework: wire.framework,
    author: wire.author,
    metrics: wire.metrics,
    parameters: wire.parameters,
    tags: wire.tags,
    isFolder: wire.is_folder,
    size: wire.size,
    sha256: wire.sha256,
    uri: wire.uri,
    stage: wire.stage,
    aliases: wire.aliases,
    facts: wire.facts,
    creationTimestamp: wire.creation_timestamp,
    lastUpdatedTimestamp: wire.last_updated_timestamp,
  };
}

/** The metadata of an upload as the server reads it. */
export function toWireMetadata({ fileExtension, storageGroup, ...metadata }: NewModel): object {
  return { ...metadata, file_extension: fileExtension, storage_group: storageGroup };
}

/** As parameters of the query. */
export function toWireFilter({ storageGroup, tags = {}, ...filter }: ModelFilter): Record<string, string | undefined> {
  const tagFilters = Object.entries(tags).map(([key, value]) => [`tag.${key}`, value]);
  return { ...filter, storage_group: storageGroup, ...Object.fromEntries(tagFilters) };
}
