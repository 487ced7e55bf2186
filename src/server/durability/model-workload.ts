import { randomBytes, randomInt } from "node:crypto";
import type { Acknowledged, ResumableUpload } from "./acknowledged.ts";
import { send, sha256 } from "./requests.ts";

export const MODELS = "/api/v1/models";

/** What several writers store and delete again and again, so that the last reference to bytes goes while they come again. */
const SHARED_BYTES = [1000, 300_000, 2_000_000].map((size) => randomBytes(size));

/** Stores a model of its own, and deletes it now and then. */
export async function storeModel(url: string, acknowledged: Acknowledged): Promise<void> {
  const id = await upload(url, randomBytes(1 + randomInt(1_000_000)), acknowledged);
  if (randomInt(3) === 0) await deleteModel(url, id, acknowledged);
}

/** Stores bytes that others store too, and deletes most of them. */
export async function storeSharedModel(url: string, acknowledged: Acknowledged): Promise<void> {
  const bytes = SHARED_BYTES[randomInt(SHARED_BYTES.length)] ?? Buffer.alloc(0);
  const id = await upload(url, bytes, acknowledged);
  if (randomInt(10) > 0) await deleteModel(url, id, acknowledged);
}

/** Uploads a model in pieces, and leaves some uploads unfinished. */
export async function storeInPieces(url: string, acknowledged: Acknowledged): Promise<void> {
  const bytes = randomBytes(1 + randomInt(1_000_000));
  const created = await tus(url, "POST", "/api/v1/uploads", { "upload-length": String(bytes.length) });
  const path = created.headers.get("location") ?? "";
  const resumable = { bytes, offset: 0 };
  acknowledged.uploads.set(path, resumable);
  if (randomInt(5) === 0) await sendPiece(url, path, resumable, randomInt(bytes.length));
  else await finishUpload(url, path, acknowledged);
}

/** Sends what is missing of an upload, and makes a model of it. */
export async function finishUpload(url: string, path: string, acknowledged: Acknowledged): Promise<void> {
  const resumable = acknowledged.uploads.get(path);
  if (resumable === undefined) return;
  const { bytes, offset } = resumable;
  await sendPiece(url, path, resumable, offset + Math.ceil((bytes.length - offset) / 2));
  await sendPiece(url, path, resumable, bytes.length);
  // Whether it became a model is known when the answer comes.
  acknowledged.uploads.delete(path);
  const { text } = await send(url, "POST", MODELS, {
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ upload_id: path.slice(path.lastIndexOf("/") + 1), name: "resumed" }),
  });
  acknowledged.models.set(idOf(text), sha256(bytes));
}

/** Bytes that the server says it has. */
export async function uploadOffset(url: string, path: string): Promise<number> {
  return Number((await tus(url, "HEAD", path, {})).headers.get("upload-offset"));
}

async function sendPiece(url: string, path: string, resumable: ResumableUpload, end: number): Promise<void> {
  const headers = { "content-type": "application/offset+octet-stream", "upload-offset": String(resumable.offset) };
  const piece = resumable.bytes.slice(resumable.offset, end);
  const answer = await tus(url, "PATCH", path, headers, piece);
  resumable.offset = Number(answer.headers.get("upload-offset"));
}

function tus(
  url: string,
  method: string,
  path: string,
  headers: Record<string, string>,
  body?: Uint8Array<ArrayBuffer>,
) {
  return send(url, method, path, { headers: { "tus-resumable": "1.0.0", ...headers }, ...(body && { body }) });
}

async function upload(url: string, bytes: Buffer<ArrayBuffer>, { models }: Acknowledged): Promise<string> {
  const headers = { "content-type": "application/octet-stream" };
  const { text } = await send(url, "POST", `${MODELS}?name=stored&file_extension=bin`, { headers, body: bytes });
  const id = idOf(text);
  models.set(id, sha256(bytes));
  return id;
}

async function deleteModel(url: string, id: string, acknowledged: Acknowledged): Promise<void> {
  acknowledged.models.delete(id);
  await send(url, "DELETE", `${MODELS}/${id}`);
  acknowledged.deletedModels.add(id);
}

function idOf(answer: string): string {
  return JSON.parse(answer).metadata_id;
}
