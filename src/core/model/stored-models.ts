import type { Digest } from "./artifacts.ts";
import type { ModelVersion } from "./model-versions.ts";

/** Directory of the artifact tree below which stored models have their files: `<root>/<group>/<32 hexadecimal characters>/…`. */
export const STORED_MODELS_ROOT = "registered-models";

/** Whether a path is that of a stored model's file, of its folder, or of what is above. */
export function isInStoredModels(path: string): boolean {
  return path === STORED_MODELS_ROOT || path.startsWith(`${STORED_MODELS_ROOT}/`);
}

/** Properties of a version that this server writes, and that clients can't: what the files say about themselves. */
export const OWN_PROPERTY_PREFIX = "modelregistry.";

/** What its files are: a text such as "pickle". */
export const FORMAT_PROPERTY = `${OWN_PROPERTY_PREFIX}format`;
/** What its files say about themselves: JSON as docs/formats.md describes it. */
export const FACTS_PROPERTY = `${OWN_PROPERTY_PREFIX}facts`;

/** By which a version that was copied from another registry was known there: it goes on answering to it. */
export const IMPORTED_ID = `${OWN_PROPERTY_PREFIX}imported_id`;
/** Where the file of such a version was. */
export const IMPORTED_PATH = `${OWN_PROPERTY_PREFIX}imported_path`;
/** The id that a client chose there, where another version has it here. */
export const IMPORTED_CLIENT_ID = `${OWN_PROPERTY_PREFIX}imported_client_id`;

/** A value of a parameter: any JSON but null. */
export type ParameterValue = string | number | bigint | boolean | object;

/** What is known of a model beside its files; what a record of another kind keeps is read from there. */
export interface StoredModelRecord {
  version: ModelVersion;
  /** Free text, beside the number: `1.0.0`. */
  versionName: string;
  /** Chosen by the client, unique among versions. */
  externalId?: string;
  framework?: string;
  /** What its files say about themselves, once they have been read: JSON as docs/formats.md describes it. */
  facts?: string;
  metrics: { name: string; value: number }[];
  /** `text` is JSON where the type is `object`, and as it is otherwise. */
  parameters: { name: string; text: string; type: "string" | "number" | "boolean" | "object" }[];
}

/** Where the files of a model are, in this server's own tree. */
export interface StoredFiles {
  /** The file, or the folder that holds the files. */
  path: string;
  isFolder: boolean;
  /** Bytes, all files together. */
  size: number;
  /** Of a single file. */
  digest?: Digest;
}

/** A model version as those see it who keep its bytes here. */
export interface StoredModel extends StoredModelRecord {
  /** Absent where the files are elsewhere, or there are none. */
  files?: StoredFiles;
}
