import { CoreError, found } from "../../core/errors.ts";
import { joinArtifactPath, parseArtifactPath } from "../../core/model/artifact-paths.ts";
import { modelFileName } from "../../core/model/stored-model-names.ts";
import { IMPORTED_PATH, type StoredFiles, type StoredModel } from "../../core/model/stored-models.ts";
import type { OperationContext } from "../../core/ops/context.ts";
import { listStoredFiles } from "../../core/ops/stored-model-files.ts";
import { getStoredModel } from "../../core/ops/stored-models.ts";
import { baseUrl } from "../base-url.ts";
import { type AnswerFile, downloadAnswer, downloadHeadAnswer } from "../file-download.ts";
import type { Route, RouteAnswer, RouteCall } from "../route.ts";
import { answering, jsonAnswer, PREFIX } from "./answers.ts";
import { archiveAnswer, isArchiveKind } from "./archives/archive-answer.ts";
import { invalidValue } from "./errors.ts";
import { metadataId } from "./models.ts";
import { storageGroupOf } from "./wire.ts";

const MODELS = `${PREFIX}/models`;

/** A name for a file, wherever a client may write it. */
const ARCHIVE_NAME = /^[^/\\]+\.(\w+)$/;

export const contentRoutes: readonly Route[] = [
  ...readings("downloadModel", `${MODELS}/download`, async (context, call, answerFile) =>
    contentAnswer(context, call, await findByStoragePath(context, call), answerFile),
  ),
  ...readings("getModelContent", `${MODELS}/:metadata_id/content`, async (context, call, answerFile) =>
    contentAnswer(context, call, await getStoredModel(context, metadataId(call)), answerFile),
  ),
  ...readings("getModelFile", `${MODELS}/:metadata_id/files/*`, async (context, call, answerFile) => {
    const files = filesOf(await getStoredModel(context, metadataId(call)));
    return answerFile(context, pathOfFile(files, parseArtifactPath(call.parameters["*"] ?? "")), call);
  }),
  ...readings("getModelArchive", `${MODELS}/:metadata_id/archive/:name`, async (context, call) => {
    const fileName = call.parameters.name ?? "";
    const [, kind = ""] = ARCHIVE_NAME.exec(fileName) ?? [];
    if (!isArchiveKind(kind)) throw new CoreError("notFound", { entity: "artifact", by: "name", value: fileName });
    const files = filesOf(await getStoredModel(context, metadataId(call)));
    return archiveAnswer(context, call, files, { kind, fileName });
  }),
  {
    operation: "listModelFiles",
    method: "GET",
    path: `${MODELS}/:metadata_id/files`,
    permission: "artifact:read",
    body: "none",
    runsOn: "reader",
    handle: answering(listModelFiles),
  },
];

type Handle = (context: OperationContext, call: RouteCall, answerFile: AnswerFile) => Promise<RouteAnswer>;

/** The same route for GET and, without the bytes, for HEAD. */
function readings(operation: string, path: string, handle: Handle): Route[] {
  const route = { operation, path, permission: "artifact:read", body: "none", runsOn: "main" } as const;
  const handleHead: Route["handle"] = async (context, call) => ({
    ...(await handle(context, call, downloadHeadAnswer)),
    body: undefined,
  });
  return [
    { ...route, method: "GET", handle: answering((context, call) => handle(context, call, downloadAnswer)) },
    { ...route, method: "HEAD", handle: answering(handleHead) },
  ];
}

async function listModelFiles(context: OperationContext, call: RouteCall): Promise<RouteAnswer> {
  const model = await getStoredModel(context, metadataId(call));
  const files = await listStoredFiles(context, filesOf(model));
  const base = `${baseUrl(context, call)}${MODELS}/${model.version.id}/files`;
  return jsonAnswer(200, {
    files: files.map(({ path, size, digest }) => ({ path, size, sha256: digest, url: `${base}/${encodePath(path)}` })),
  });
}

function encodePath(path: string): string {
  return path.split("/").map(encodeURIComponent).join("/");
}

/** The version's files, which this server must have. Throws `notFound`. */
function filesOf({ files, version }: StoredModel): StoredFiles {
  return found(files, { entity: "artifact", by: "metadata_id", value: String(version.id) });
}

/** The file as it is; a folder, or what is asked for as such, as an archive. */
function contentAnswer(
  context: OperationContext,
  call: RouteCall,
  model: StoredModel,
  answerFile: AnswerFile,
): Promise<RouteAnswer> {
  const files = filesOf(model);
  const asked = new URLSearchParams(call.query).get("archive") ?? undefined;
  const kind = asked ?? "tar";
  if (!isArchiveKind(kind)) throw invalidValue("archive", "Ask for a 'tar' or a 'zip'.");
  if (asked === undefined && !files.isFolder) return answerFile(context, files.path, call);
  return archiveAnswer(context, call, files, { kind, fileName: modelFileName(model.version.modelName, kind) });
}

/** The model, where the path, the id and the group that the client names belong together. Throws `notFound`. */
async function findByStoragePath(context: OperationContext, call: RouteCall): Promise<StoredModel> {
  const parameters = new URLSearchParams(call.query);
  const given = (name: string) => {
    const value = parameters.get(name);
    if (value) return value;
    throw invalidValue(name, `Say which file: '${name}' is missing.`);
  };
  const [path, id, group] = [given("storage_path"), given("metadata_id"), given("storage_group")];
  const model = await getStoredModel(context, id);
  const files = filesOf(model);
  if (files.path !== path && model.version.tags.every(({ key, value }) => key !== IMPORTED_PATH || value !== path))
    throw new CoreError("notFound", { entity: "artifact", by: "storage_path", value: path, of: id });
  if (storageGroupOf(files.path) === group) return model;
  throw new CoreError("notFound", { entity: "artifact", by: "storage_group", value: group, of: id });
}

function pathOfFile(files: StoredFiles, path: string): string {
  if (files.isFolder) return joinArtifactPath(files.path, path);
  if (files.path.endsWith(`/${path}`) && !path.includes("/")) return files.path;
  throw new CoreError("notFound", { entity: "artifact", by: "path", value: path });
}
