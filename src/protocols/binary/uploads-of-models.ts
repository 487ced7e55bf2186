import type { Digest } from "../../core/model/artifacts.ts";
import { modelFileName, modelFolderName } from "../../core/model/stored-model-names.ts";
import type { StoredModel } from "../../core/model/stored-models.ts";
import type { OperationContext } from "../../core/ops/context.ts";
import { discardUploadBytes, forgetUploads, stageUploads } from "../../core/ops/finished-uploads.ts";
import type { StoreOptions } from "../../core/ops/new-stored-models.ts";
import { checkNewStoredModel, requireDigest, storeModel } from "../../core/ops/stored-model-uploads.ts";
import type { StagedBlob } from "../../core/ports/blob-store.ts";
import { baseUrl } from "../base-url.ts";
import type { Route, RouteCall } from "../route.ts";
import { answering, archiveUri, fileUri, jsonAnswer, PREFIX } from "./answers.ts";
import { type UnpackedFile, unpackTar } from "./archives/unpacking.ts";
import { promisedDigest } from "./digests.ts";
import { invalidValue } from "./errors.ts";
import { type Fields, readTextFields, readUploadMetadata, type UploadMetadata } from "./metadata.ts";
import { type FormPart, readForm, readTextPart } from "./multipart.ts";
import { readJsonBody } from "./request-json.ts";
import { toWireModel } from "./wire.ts";

export const modelUploadRoutes: readonly Route[] = [
  {
    operation: "uploadModel",
    method: "POST",
    path: `${PREFIX}/models`,
    permission: "model-version:write",
    body: "streamed",
    runsOn: "main",
    handle: answering(async (context, call) => {
      const model = await uploadModel(context, call);
      return jsonAnswer(201, toWireModel(model), { location: `${PREFIX}/models/${model.version.id}` });
    }),
  },
];

/** The bytes come as a form, from uploads that are finished, or as they are. */
function uploadModel(context: OperationContext, call: RouteCall): Promise<StoredModel> {
  const type = call.headers["content-type"]?.toLowerCase() ?? "";
  const query = readTextFields(new URLSearchParams(call.query));
  if (type.startsWith("multipart/form-data")) return storeForm(context, call, query);
  // Who says in the query what the body is brings a model in it, which may be JSON.
  if (type.startsWith("application/json") && query.name === undefined) return storeUploads(context, call);
  return storeBody(context, call, query);
}

async function storeBody(context: OperationContext, call: RouteCall, fields: Fields): Promise<StoredModel> {
  const metadata = readUploadMetadata(fields);
  await checkNewStoredModel(context, metadata.model);
  if (metadata.unpack)
    return storeFolder(context, call, metadata, await unpackTar(context, call.stream ?? [], promised(metadata, call)));
  const staged = await context.blobs.stage(call.stream ?? []);
  return storeStaged(context, call, metadata, staged);
}

/** Uploads that are finished, in their order, become one file; they end with that. */
async function storeUploads(context: OperationContext, call: RouteCall): Promise<StoredModel> {
  const { upload_id, upload_ids = [upload_id], ...fields } = await readJsonBody(call.stream ?? []);
  const metadata = readUploadMetadata(fields);
  const ids = requireIds(upload_ids);
  await checkNewStoredModel(context, metadata.model);
  const staged = await stageUploads(context, ids);
  let bytes: string[] = [];
  const model = await storeStaged(context, call, metadata, staged, async (writer) => {
    bytes = await forgetUploads(writer, ids);
  });
  await discardUploadBytes(context, bytes);
  return model;
}

function requireIds(value: unknown): string[] {
  if (Array.isArray(value) && value.length > 0 && value.every((id) => typeof id === "string")) return value;
  throw invalidValue(
    "upload_id",
    "Give the id of a finished upload as 'upload_id', or several in their order as 'upload_ids'.",
  );
}

/** Largest text part of a form, in bytes. */
const LARGEST_FIELD = 4 * 1024 * 1024;

/** The parts may come in any order: the file is refused before it is read where what came before it says enough. */
async function storeForm(context: OperationContext, call: RouteCall, query: Fields): Promise<StoredModel> {
  const fields: [string, string][] = [];
  let file: FormFile | undefined;
  try {
    for await (const part of readForm(call.headers["content-type"], call.stream ?? [])) {
      if (part.name !== "file") fields.push([part.name, await readTextPart(part, LARGEST_FIELD)]);
      else if (file) throw invalidValue("file", "The form has more than one 'file'. Send one model at a time.");
      else file = await stageFile(context, part, { ...query, ...readTextFields(fields) });
    }
    if (!file) throw invalidValue("file", "The form has no part that is called 'file'.");
    const metadata = readUploadMetadata({ ...file.fields, ...query, ...readTextFields(fields) });
    await checkNewStoredModel(context, metadata.model);
    return await storeStaged(context, call, metadata, file.staged);
  } finally {
    await file?.staged.discard();
  }
}

interface FormFile {
  staged: StagedBlob;
  /** What the file's own name says. */
  fields: Fields;
}

async function stageFile(
  context: OperationContext,
  { fileName = "", bytes }: FormPart,
  known: Fields,
): Promise<FormFile> {
  if (known.name !== undefined) await checkNewStoredModel(context, readUploadMetadata(known).model);
  const [, extension] = /\.([A-Za-z0-9]{1,32})$/.exec(fileName) ?? [];
  return {
    staged: await context.blobs.stage(bytes),
    fields: extension === undefined ? {} : { file_extension: extension },
  };
}

/** Makes the model of bytes that are staged, where they are those that were promised; they are discarded. */
async function storeStaged(
  context: OperationContext,
  call: RouteCall,
  metadata: UploadMetadata,
  staged: StagedBlob,
  alongside?: StoreOptions["alongside"],
): Promise<StoredModel> {
  try {
    requireDigest(staged, promised(metadata, call));
    const { model, fileExtension, unpack } = metadata;
    if (unpack)
      return await storeFolder(context, call, metadata, await unpackTar(context, await staged.open()), alongside);
    const fileName = modelFileName(model.modelName, fileExtension);
    const base = baseUrl(context, call);
    const uriOf = (id: number) => fileUri(base, id, fileName);
    return await storeModel(context, model, { fileName, staged }, { uriOf, ...(alongside && { alongside }) });
  } finally {
    await staged.discard();
  }
}

/** Makes the model of the files of an archive; they are discarded. */
function storeFolder(
  context: OperationContext,
  call: RouteCall,
  { model }: UploadMetadata,
  files: readonly UnpackedFile[],
  alongside?: StoreOptions["alongside"],
): Promise<StoredModel> {
  const folderName = modelFolderName(model.modelName);
  const base = baseUrl(context, call);
  const uriOf = (id: number) => archiveUri(base, id, `${folderName}.tar`);
  return storeModel(context, model, { folderName, files }, { uriOf, ...(alongside && { alongside }) });
}

/** The digest of the bytes that come, where the client has said it. */
function promised({ sha256 }: UploadMetadata, { headers }: RouteCall): Digest | undefined {
  return sha256 ?? promisedDigest(headers);
}
