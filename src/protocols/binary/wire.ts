import { parseJson } from "../../core/json.ts";
import { artifactName } from "../../core/model/artifact-paths.ts";
import {
  IMPORTED_CLIENT_ID,
  OWN_PROPERTY_PREFIX,
  STORED_MODELS_ROOT,
  type StoredModel,
  type StoredModelRecord,
} from "../../core/model/stored-models.ts";

/** The group of files that were not uploaded by this API. */
const OTHER_GROUP = "mlflow";

/** A stored model as this API shows it. */
export function toWireModel({
  version,
  versionName,
  externalId,
  framework,
  metrics,
  parameters,
  files,
  facts,
}: StoredModel) {
  const metadataId = String(version.id);
  const fileName = files && !files.isFolder ? artifactName(files.path) : undefined;
  return {
    _id: metadataId,
    metadata_id: metadataId,
    id: externalId ?? tagOf(version, IMPORTED_CLIENT_ID) ?? null,
    name: version.modelName,
    version: versionName,
    version_number: version.number,
    file_name: fileName ?? null,
    file_extension: fileName === undefined ? "" : extensionOf(fileName, version.modelName),
    storage_group: files ? storageGroupOf(files.path) : null,
    storage_path: files?.path ?? null,
    description: version.description ?? null,
    framework: framework || null,
    author: version.userId ?? null,
    metrics: Object.fromEntries(metrics.map(({ name, value }) => [name, value])),
    parameters: Object.fromEntries(parameters.map((parameter) => [parameter.name, parameterValue(parameter)])),
    tags: Object.fromEntries(
      version.tags.filter(({ key }) => !key.startsWith(OWN_PROPERTY_PREFIX)).map(({ key, value }) => [key, value]),
    ),
    is_folder: files?.isFolder ?? false,
    size: files?.size ?? null,
    sha256: files?.digest ?? null,
    uri: version.source ?? null,
    stage: version.stage,
    aliases: version.aliases,
    facts: tryJson(facts ?? "null"),
    creation_timestamp: version.creationTime,
    last_updated_timestamp: version.lastUpdateTime,
  };
}

/** The group of the files at a path: who downloads them has to name it. */
export function storageGroupOf(path: string): string {
  const [root, group] = path.split("/");
  return root === STORED_MODELS_ROOT && group !== undefined ? group : OTHER_GROUP;
}

/** What follows the model's name, which may have dots itself; of another file, what follows its last dot. */
function extensionOf(fileName: string, modelName: string): string {
  if (fileName.startsWith(`${modelName}.`)) return fileName.slice(modelName.length + 1);
  const dot = fileName.lastIndexOf(".");
  return dot < 0 ? "" : fileName.slice(dot + 1);
}

function parameterValue({ text, type }: StoredModelRecord["parameters"][number]): unknown {
  return type === "string" ? text : (tryJson(text) ?? text);
}

function tagOf({ tags }: StoredModel["version"], name: string): string | undefined {
  return tags.find(({ key }) => key === name)?.value;
}

function tryJson(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}
