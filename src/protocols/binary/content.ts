import { CoreError, found } from "../../core/errors.ts";
import { joinArtifactPath, parseArtifactPath } from "../../core/model/artifact-paths.ts";
import { IMPORTED_PATH, type StoredFiles, type StoredModel } from "../../core/model/stored-models.ts";
import type { OperationContext } from "../../core/ops/context.ts";
import { getStoredModel } from "../../core/ops/stored-models.ts";
import { type AnswerFile, downloadAnswer, downloadHeadAnswer } from "../file-download.ts";
import type { Route, RouteAnswer, RouteCall } from "../route.ts";
import { answering, PREFIX } from "./answers.ts";
import { invalidValue } from "./errors.ts";
import { metadataId } from "./models.ts";
import { storageGroupOf } from "./wire.ts";

const MODELS = `${PREFIX}/models`;

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
];

type Handle = (context: OperationContext, call: RouteCall, answerFile: AnswerFile) => Promise<RouteAnswer>;

/** The same route for GET and, without the bytes, for HEAD. */
function readings(operation: string, path: string, handle: Handle): Route[] {
  const route = { operation, path, permission: "artifact:read", body: "none", runsOn: "main" } as const;
  return [
    { ...route, method: "GET", handle: answering((context, call) => handle(context, call, downloadAnswer)) },
    { ...route, method: "HEAD", handle: answering((context, call) => handle(context, call, downloadHeadAnswer)) },
  ];
}

/** The version's files, which this server must have. Throws `notFound`. */
export function filesOf({ files, version }: StoredModel): StoredFiles {
  return found(files, { entity: "artifact", by: "metadata_id", value: String(version.id) });
}

function contentAnswer(
  context: OperationContext,
  call: RouteCall,
  model: StoredModel,
  answerFile: AnswerFile,
): Promise<RouteAnswer> {
  const files = filesOf(model);
  if (files.isFolder) throw new CoreError("notAFile", { path: files.path });
  return answerFile(context, files.path, call);
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
