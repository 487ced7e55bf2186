import { CoreError } from "../errors.ts";
import type { FileFacts } from "../formats/facts.ts";
import { joinArtifactPath } from "../model/artifact-paths.ts";
import type { Property } from "../model/properties.ts";
import { isPrompt, type RegisteredModel } from "../model/registered-models.ts";
import { type ParameterValue, STORED_MODELS_ROOT, type StoredModel } from "../model/stored-models.ts";
import type { Timestamp } from "../model/values.ts";
import type { StagedBlob } from "../ports/blob-store.ts";
import type { Reader, Writer } from "../ports/metadata-store.ts";
import type { OperationContext } from "./context.ts";
import { factProperties } from "./file-facts.ts";
import { insertFreeRecord, requireFreeExternalId, requireFreeRecordName } from "./records.ts";
import { insertValues } from "./stored-model-values.ts";
import { requireStoredModel } from "./stored-models.ts";

/** What a client says of a model whose bytes it brings. */
export interface NewStoredModel {
  modelName: string;
  /** The number of the version where none is given. */
  versionName?: string;
  externalId?: string;
  storageGroup: string;
  description?: string;
  framework?: string;
  metrics: Readonly<Record<string, number>>;
  parameters: Readonly<Record<string, ParameterValue>>;
  tags: Readonly<Record<string, string>>;
  /** What the server itself knows of the version, beside the tags. */
  properties?: readonly Property[];
  /** Now, unless the model comes from another registry. */
  creationTime?: Timestamp;
  /** Its author, who also owns the registered model where that is made for it. */
  userId?: string;
}

/** The bytes of a model: one file, or a folder with its files by their paths in it. */
export type StoredContent =
  | { fileName: string; staged: StagedBlob }
  | { folderName: string; files: readonly { path: string; staged: StagedBlob }[] };

/** The files of a content, by their paths in the model's folder. */
export function contentFiles(content: StoredContent): readonly { path: string; staged: StagedBlob }[] {
  return "staged" in content ? [{ path: content.fileName, staged: content.staged }] : content.files;
}

/** What belongs to the same transaction or to the answer. */
export interface StoreOptions {
  /** Where clients fetch the files of the version with this number. */
  uriOf(versionId: number): string;
  /** Runs in the transaction that makes the model. */
  alongside?(writer: Writer, versionId: number): Promise<void>;
}

/** Makes a version with these files in one transaction, and the model where there is none. The blobs are in place. */
export function insertStoredModel(
  context: OperationContext,
  input: NewStoredModel,
  content: StoredContent & { facts: FileFacts },
  { uriOf, alongside }: StoreOptions,
): Promise<StoredModel> {
  const now = context.clock.now();
  const root = `${STORED_MODELS_ROOT}/${input.storageGroup}/${crypto.randomUUID().replaceAll("-", "")}`;
  const directory = "folderName" in content ? joinArtifactPath(root, content.folderName) : root;
  return context.store.transact(async (writer) => {
    const model = await findOrInsertModel(writer, input, now);
    await requireFreeVersion(writer, model.id, input);
    const properties = [...(input.properties ?? []), ...factProperties(content.facts)];
    const versionId = await insertVersion(writer, model, { ...input, properties }, now);
    await insertFiles(writer, directory, content, now);
    await insertSource(writer, versionId, input, { uri: uriOf(versionId), directory }, now);
    await writer.fileFacts.putFileFacts(versionId, locationOf(directory), JSON.stringify(content.facts));
    await insertValues(writer, versionId, input, now);
    await alongside?.(writer, versionId);
    return requireStoredModel(writer, String(versionId));
  });
}

type Model = Pick<RegisteredModel, "id" | "name" | "tags">;

/** Undefined where there is no such model. Throws `invalidValue` for a prompt. */
export async function findModel(
  { registeredModels }: Pick<Reader, "registeredModels">,
  name: string,
): Promise<Model | undefined> {
  const model = await registeredModels.getRegisteredModel(name);
  if (model === undefined || !isPrompt(model.tags)) return model;
  throw new CoreError("invalidValue", {
    field: "name",
    reason: `'${name}' is a prompt, which has no files. Give another name.`,
  });
}

async function findOrInsertModel(
  writer: Writer,
  { modelName: name, userId: owner }: NewStoredModel,
  now: Timestamp,
): Promise<Model> {
  const model = await findModel(writer, name);
  if (model) return model;
  const times = { creationTime: now, lastUpdateTime: now };
  const id = await writer.registeredModels.insertRegisteredModel({
    name,
    ...times,
    ...(owner !== undefined && { owner }),
    tags: [],
  });
  await writer.events.appendEvent({ kind: "registered-model.created", name, prompt: false }, Number(now));
  return { id, name, tags: [] };
}

/** Throws `alreadyExists` for the version within the model, and for the external id. */
export async function requireFreeVersion(
  { records }: Pick<Reader, "records">,
  modelId: number | undefined,
  { versionName, externalId }: NewStoredModel,
): Promise<void> {
  await requireFreeExternalId(records, "modelVersion", externalId);
  if (versionName === undefined || modelId === undefined) return;
  await requireFreeRecordName(records, "modelVersion", versionName, modelId);
}

async function insertVersion(writer: Writer, model: Model, input: NewStoredModel, now: number): Promise<number> {
  const { records, registeredModels, modelVersions, events } = writer;
  const taken = await modelVersions.takeVersionNumber(model.id);
  if (taken === undefined) throw new Error(`The registered model ${model.id} is gone`);
  const { number } = taken;
  const { id } = await insertFreeRecord(records, "modelVersion", {
    name: input.versionName ?? (await freeVersionName(writer, model.id, number)),
    modelId: model.id,
    number,
    state: "active",
    stage: "None",
    creationTime: input.creationTime ?? now,
    lastUpdateTime: now,
    properties: propertiesOf(input),
    ...(input.externalId !== undefined && { externalId: input.externalId }),
    ...(input.description !== undefined && { description: input.description }),
    ...(input.userId !== undefined && { author: input.userId }),
  });
  await registeredModels.updateRegisteredModel(model.id, { lastUpdateTime: now });
  await events.appendEvent({ kind: "model-version.created", name: model.name, version: number, prompt: false }, now);
  return id;
}

/** The number, or the first of `3.1`, `3.2`, … that no version of the model has. */
async function freeVersionName({ records }: Writer, modelId: number, number: number): Promise<string> {
  for (let name = String(number), suffix = 1; ; name = `${number}.${suffix++}`) {
    if ((await records.findRecords("modelVersion", { name, parentId: modelId })).length === 0) return name;
  }
}

function propertiesOf({ tags, properties = [] }: NewStoredModel): Property[] {
  const tagged = Object.entries(tags).map(([key, value]) => ({ key, type: "string", value }) as const);
  return [...tagged, ...properties].sort((left, right) => (left.key < right.key ? -1 : 1));
}

async function insertFiles(
  { artifacts, events }: Writer,
  directory: string,
  content: StoredContent,
  now: number,
): Promise<void> {
  for (const { path: name, staged } of contentFiles(content)) {
    const { digest, size } = staged;
    const path = joinArtifactPath(directory, name);
    await artifacts.putArtifactFile({ path, digest, size, lastUpdateTime: now });
    await events.appendEvent({ kind: "artifact.stored", path, digest, size }, now);
  }
}

function locationOf(directory: string): string {
  return `mlflow-artifacts:/${directory}`;
}

async function insertSource(
  { assets, events }: Writer,
  versionId: number,
  { modelName, framework }: NewStoredModel,
  { uri, directory }: { uri: string; directory: string },
  now: number,
): Promise<void> {
  const id = await assets.insertAsset({
    kind: "model",
    origin: "version source",
    versionId,
    name: modelName,
    state: "LIVE",
    uri,
    storageLocation: locationOf(directory),
    ...(framework !== undefined && { modelFormatName: framework }),
    properties: [],
    creationTime: now,
    lastUpdateTime: now,
  });
  await events.appendEvent({ kind: "asset.created", assetId: id, name: modelName }, now);
}
