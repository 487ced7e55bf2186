import type { UploadId } from "../../../core/model/uploads.ts";
import type { RouteCall } from "../../route.ts";
import { invalidValue, ProblemError } from "../errors.ts";

/** The version of tus that is spoken here; https://tus.io/protocols/resumable-upload */
export const TUS_VERSION = "1.0.0";

/** Type of a body that is bytes of an upload. */
const BYTES_TYPE = "application/offset+octet-stream";

/** Largest `Upload-Metadata`, in characters. */
const LARGEST_METADATA = 8192;

type Headers = RouteCall["headers"];

/** Throws where the client speaks another version. */
export function requireVersion(headers: Headers): void {
  const version = headers["tus-resumable"];
  if (version === TUS_VERSION) return;
  const detail = `Send the header Tus-Resumable: ${TUS_VERSION}; ${version === undefined ? "it is missing" : `this server does not speak ${version.slice(0, 20)}`}.`;
  throw new ProblemError({ code: "unsupported-version", field: "Tus-Resumable", detail });
}

/** Throws where the body is declared as something else. */
export function requireBytes(headers: Headers): void {
  if (headers["content-type"] === BYTES_TYPE) return;
  const detail = `Send the bytes of an upload with Content-Type: ${BYTES_TYPE}.`;
  throw new ProblemError({ code: "unsupported-media-type", field: "Content-Type", detail });
}

/** Whether an upload is created with its first bytes. */
export function bringsBytes(headers: Headers): boolean {
  return headers["content-type"] === BYTES_TYPE;
}

/** A header that is a number of bytes; undefined where it is absent. */
export function readBytes(headers: Headers, name: string): number | undefined {
  const text = headers[name.toLowerCase()];
  if (text === undefined) return undefined;
  const bytes = Number(text);
  if (/^\d{1,16}$/.test(text) && Number.isSafeInteger(bytes)) return bytes;
  throw invalidValue(name, `${name} has to be a whole number of bytes, not '${text.slice(0, 100)}'.`);
}

/** The length of a new upload; undefined where the client says that it will know later. */
export function readNewLength(headers: Headers): number | undefined {
  const length = readBytes(headers, "Upload-Length");
  const deferred = headers["upload-defer-length"];
  if (deferred !== undefined && deferred !== "1") {
    throw invalidValue(
      "Upload-Defer-Length",
      "Upload-Defer-Length can be 1 alone. Leave it out where the length is known.",
    );
  }
  if ((length === undefined) === (deferred === undefined)) {
    throw invalidValue(
      "Upload-Length",
      "Send either Upload-Length, or Upload-Defer-Length: 1 where it is not known yet.",
    );
  }
  return length;
}

/** `Upload-Metadata`, which is given back as it is: pairs of a key and a value in base64. "" where there is none. */
export function readMetadata(headers: Headers): string {
  const metadata = headers["upload-metadata"] ?? "";
  if (metadata.length > LARGEST_METADATA) {
    throw invalidValue("Upload-Metadata", `Upload-Metadata may have at most ${LARGEST_METADATA} characters.`);
  }
  if (metadata === "") return metadata;
  const keys = metadata.split(",").map(readKey);
  if (new Set(keys).size === keys.length) return metadata;
  throw invalidValue("Upload-Metadata", "Each key of Upload-Metadata may be there once.");
}

const PAIR = /^ *([^\s,]+)(?: ((?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?))? *$/;

function readKey(pair: string): string {
  const [, key] = PAIR.exec(pair) ?? [];
  if (key !== undefined) return key;
  throw invalidValue(
    "Upload-Metadata",
    "Upload-Metadata has to be pairs of a key and a value in base64: 'name bW9kZWw=,type cGts'.",
  );
}

/** What a new upload has to do with others: nothing, to be a part, or to be made of parts. */
export type Concatenation = { kind: "none" | "partial" } | { kind: "final"; parts: UploadId[] };

/** `Upload-Concat`. The parts of a final upload are named by their URLs, whole or from the path on. */
export function readConcatenation(headers: Headers): Concatenation {
  const text = headers["upload-concat"];
  if (text === undefined) return { kind: "none" };
  if (text === "partial") return { kind: "partial" };
  const [, urls] = /^final;\s*(\S.*)$/.exec(text) ?? [];
  if (urls !== undefined) return { kind: "final", parts: urls.split(/\s+/).map(lastSegment) };
  throw invalidValue(
    "Upload-Concat",
    "Upload-Concat has to be 'partial', or 'final;' and the URLs of the parts with spaces between.",
  );
}

/** An id that nothing has is refused as such later. */
function lastSegment(url: string): string {
  return url.slice(url.lastIndexOf("/") + 1);
}
