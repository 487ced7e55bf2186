import { CoreError } from "../errors.ts";
import type { ArtifactFile } from "../model/artifacts.ts";
import type { DirectUpload } from "../model/direct-uploads.ts";
import type { DirectTransfers, DownloadHeaders, SignedRequest, UploadedPart } from "../ports/direct-transfers.ts";
import { publishArtifact, requireOutsideStoredModels, requireRoomForFile } from "./artifact-publishing.ts";
import { getArtifactFile } from "./artifacts.ts";
import type { OperationContext } from "./context.ts";
import { adoptWaitingFiles } from "./waiting-files.ts";

/** How long the blob store remembers an upload. */
const LIFETIME_MS = 24 * 60 * 60 * 1000;

/** Longest life of a request that puts bytes, in seconds: what it puts in its last moment is looked for within the hour. */
const LONGEST_PUT = 23 * 60 * 60;

/** Uploads that may be there at once. */
const MOST_UPLOADS = 10_000;

// Paths are as `parseArtifactPath` returns them. Everything here throws `unsupported` where clients can't reach the blobs.

/** Begins a file that is put in parts, and signs the request for each. Throws `invalidValue`, `unavailable`. */
export async function startPartsUpload(
  context: OperationContext,
  path: string,
  partCount: number,
): Promise<{ id: string; requests: SignedRequest[] }> {
  const transfers = requireTransfers(context);
  if (partCount < 0 || partCount > transfers.maximumParts) {
    const reason = `The number of parts has to be between 0 and ${transfers.maximumParts}, not ${partCount}. Make the parts larger.`;
    throw new CoreError("invalidValue", { field: "num_parts", reason });
  }
  await requireRoom(context, path);
  const upload = await transfers.startMultipart();
  const requests: SignedRequest[] = [];
  for (let part = 1; part <= partCount; part++) requests.push(await transfers.signPart(upload, part, LONGEST_PUT));
  return { id: await insert(context, { path, kind: "parts", upload }), requests };
}

/**
 * Puts the parts together and the file under its path. Throws `notFound` where there is no such upload at this path, `invalidValue` where
 * a part is missing.
 */
export async function completePartsUpload(
  context: OperationContext,
  path: string,
  id: string,
  parts: readonly UploadedPart[],
): Promise<ArtifactFile> {
  const transfers = requireTransfers(context);
  const { upload } = await requirePartsUpload(context, path, id);
  await adoptWaitingFiles(context, path);
  const staged = await transfers.completeMultipart(upload, parts);
  return publishArtifact(context, path, staged, async ({ directUploads }) => {
    if (!(await directUploads.deleteDirectUpload(id))) throw noUpload(id);
  });
}

/** Gives up a file in parts. Throws `notFound`. */
export async function abortPartsUpload(context: OperationContext, path: string, id: string): Promise<void> {
  const transfers = requireTransfers(context);
  const { upload } = await requirePartsUpload(context, path, id);
  await transfers.abortMultipart(upload);
  await context.store.transact(({ directUploads }) => directUploads.deleteDirectUpload(id));
}

/**
 * Signs a request that puts a file in one body, for at most `expiresIn` seconds. The file is in the tree when somebody looks for it there.
 * Throws `invalidValue`, `unavailable`.
 */
export async function startBodyUpload(
  context: OperationContext,
  path: string,
  expiresIn: number,
): Promise<SignedRequest> {
  const transfers = requireTransfers(context);
  await requireRoom(context, path);
  const { upload, request } = await transfers.startPut(Math.min(expiresIn, LONGEST_PUT));
  await insert(context, { path, kind: "body", upload });
  return request;
}

/** Signs a request for the bytes of a file, for `expiresIn` seconds. Throws `notFound`, `notAFile`, `damaged`. */
export async function signArtifactDownload(
  context: OperationContext,
  path: string,
  expiresIn: number,
  headers: DownloadHeaders,
): Promise<{ file: ArtifactFile; request: SignedRequest }> {
  const transfers = requireTransfers(context);
  const file = await getArtifactFile(context, path);
  const request = await transfers.signDownload(file.digest, expiresIn, headers);
  if (request === undefined) throw new CoreError("damaged", { digest: file.digest });
  return { file, request };
}

function requireTransfers({ directTransfers }: OperationContext): DirectTransfers {
  if (directTransfers !== undefined) return directTransfers;
  throw new CoreError("unsupported", {
    reason: "Clients can't reach the files of this server directly. Send them to the server.",
  });
}

async function requireRoom(context: OperationContext, path: string): Promise<void> {
  requireOutsideStoredModels(path);
  await context.store.read(({ artifacts }) => requireRoomForFile(artifacts, path));
}

/** An upload is of one path: who knows its id can't put the file elsewhere. */
async function requirePartsUpload(context: OperationContext, path: string, id: string): Promise<DirectUpload> {
  const upload = await context.store.read(({ directUploads }) => directUploads.getDirectUpload(id));
  if (upload?.path === path && upload.kind === "parts") return upload;
  throw noUpload(id);
}

function noUpload(id: string): CoreError {
  return new CoreError("notFound", { entity: "upload", by: "id", value: id });
}

function insert(context: OperationContext, upload: Pick<DirectUpload, "path" | "kind" | "upload">): Promise<string> {
  const id = crypto.randomUUID();
  const now = context.clock.now();
  return context.store.transact(async ({ directUploads }) => {
    if ((await directUploads.countDirectUploads()) >= MOST_UPLOADS) throw tooMany();
    await directUploads.insertDirectUpload({ id, ...upload, creationTime: now, expirationTime: now + LIFETIME_MS });
    return id;
  });
}

function tooMany(): CoreError {
  const reason = `${MOST_UPLOADS} direct uploads are under way, and this server keeps no more. Complete or abort some, or wait until they expire.`;
  return new CoreError("unavailable", { reason });
}
