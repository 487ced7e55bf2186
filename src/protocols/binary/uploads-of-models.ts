import { modelFileName } from "../../core/model/stored-model-names.ts";
import type { StoredModel } from "../../core/model/stored-models.ts";
import type { OperationContext } from "../../core/ops/context.ts";
import { checkNewStoredModel, requireDigest, storeModel } from "../../core/ops/stored-model-uploads.ts";
import type { ByteSource, StagedBlob } from "../../core/ports/blob-store.ts";
import type { Route, RouteAnswer, RouteCall } from "../route.ts";
import { answering, baseUrl, jsonAnswer, PREFIX } from "./answers.ts";
import { promisedDigest } from "./digests.ts";
import { readTextFields, readUploadMetadata, type UploadMetadata } from "./metadata.ts";
import { toWireModel } from "./wire.ts";

export const modelUploadRoutes: readonly Route[] = [
  {
    operation: "uploadModel",
    method: "POST",
    path: `${PREFIX}/models`,
    permission: "model-version:write",
    body: "streamed",
    runsOn: "main",
    handle: answering(uploadModel),
  },
];

async function uploadModel(context: OperationContext, call: RouteCall): Promise<RouteAnswer> {
  const metadata = readUploadMetadata(readTextFields(new URLSearchParams(call.query)));
  const model = await storeBody(context, call, metadata, call.stream ?? []);
  return jsonAnswer(201, toWireModel(model), { location: `${PREFIX}/models/${model.version.id}` });
}

async function storeBody(
  context: OperationContext,
  call: RouteCall,
  metadata: UploadMetadata,
  body: ByteSource,
): Promise<StoredModel> {
  await checkNewStoredModel(context, metadata.model);
  const promised = metadata.sha256 ?? promisedDigest(call.headers);
  const staged = await context.blobs.stage(body);
  try {
    requireDigest(staged, promised);
    return await storeFile(context, call, metadata, staged);
  } finally {
    await staged.discard();
  }
}

function storeFile(
  context: OperationContext,
  call: RouteCall,
  { model, fileExtension }: UploadMetadata,
  staged: StagedBlob,
): Promise<StoredModel> {
  const fileName = modelFileName(model.modelName, fileExtension);
  const base = baseUrl(context, call);
  const uriOf = (id: number) => `${base}${PREFIX}/models/${id}/files/${encodeURIComponent(fileName)}`;
  return storeModel(context, model, { fileName, staged }, { uriOf });
}
