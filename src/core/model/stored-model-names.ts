import { CoreError } from "../errors.ts";

/** Longest name of a model or a version, in characters. */
const NAME_LENGTH = 255;
/** Longest name of a file, in bytes of UTF-8, so that the extension fits in what file systems hold. */
const FILE_NAME_LENGTH_BYTES = 200;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const FORBIDDEN_IN_NAMES = /[\x00-\x1f\x7f/:]/;
/** What a storage group may be called. */
export const STORAGE_GROUP = /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/;
const EXTENSION = /^[A-Za-z0-9][A-Za-z0-9.]{0,31}$/;

/** A model's name that every client can address: MLflow's write `models:/name/1`. Throws `invalidValue`. */
export function requireModelName(name: string): void {
  if (name.trim() !== "" && name.length <= NAME_LENGTH && !FORBIDDEN_IN_NAMES.test(name)) return;
  throw invalid("name", `Give a name of at most ${NAME_LENGTH} characters without '/', ':' and control characters.`);
}

/** Throws `invalidValue`. */
export function requireVersionName(name: string): void {
  if (name.trim() !== "" && name.length <= NAME_LENGTH && !FORBIDDEN_IN_NAMES.test(name)) return;
  throw invalid(
    "version",
    `Give at most ${NAME_LENGTH} characters without '/', ':' and control characters, such as 1.0.0.`,
  );
}

/** A storage group, one of `allowed` where that says something. Throws `invalidValue`. */
export function requireStorageGroup(group: string, allowed: readonly string[] | undefined): void {
  if (!STORAGE_GROUP.test(group)) {
    throw invalid("storage_group", "Give 1 to 63 letters, digits, '.', '_' and '-', beginning with a letter or digit.");
  }
  if (allowed === undefined || allowed.includes(group)) return;
  throw invalid(
    "storage_group",
    `There is no storage group '${group}' on this server. Give one of: ${allowed.join(", ")}.`,
  );
}

/** An extension without its leading dot. Throws `invalidValue`. */
export function parseFileExtension(text: string): string {
  const extension = text.replace(/^\./, "");
  if (EXTENSION.test(extension) && !extension.includes("..") && !extension.endsWith(".")) return extension;
  throw invalid("file_extension", "Give at most 32 letters, digits and dots, such as pkl or tar.gz.");
}

/** The name of a model's file: as that of its folder, and the extension. */
export function modelFileName(modelName: string, extension: string): string {
  return `${modelFolderName(modelName)}.${extension}`;
}

/** The name of a model's folder: the model's name, of which only letters, digits and `._-` stay. */
export function modelFolderName(modelName: string): string {
  let name = modelName.replace(/[^\p{L}\p{N}._-]+/gu, "_").replace(/^\.+/, "_");
  while (new TextEncoder().encode(name).length > FILE_NAME_LENGTH_BYTES) name = name.slice(0, -1);
  return name.toWellFormed();
}

function invalid(field: string, what: string): CoreError {
  return new CoreError("invalidValue", { field, reason: what });
}
