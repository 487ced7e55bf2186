import { backoffDelay, wait } from "../backoff.ts";
import { type ErrorCode, ModelRegistryError, makeError, NotFoundError } from "../errors.ts";
import type { Transport } from "../transport.ts";
import { type Part, partOf, sizeOf } from "./source.ts";

const PATH = "/api/v1/uploads";
const TUS = { "tus-resumable": "1.0.0" };

/** After these, the server is asked how much it has, and the rest is sent. */
const MENDABLE: ReadonlySet<ErrorCode> = new Set(["connection", "timeout", "unavailable", "wrong-state"]);

/** Where a part goes. */
export interface Place {
  uploadId: string;
  /** Bytes of the whole before the part. */
  offset: number;
  signal?: AbortSignal | undefined;
}

/** The client's side of tus 1.0.0 (https://tus.io/protocols/resumable-upload): bytes that arrive in several requests. */
export class ResumableUploads {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Begins one of `size` bytes; undefined: that will be known when it ends. Returns its id. */
  async create(size: number | undefined, signal: AbortSignal | undefined): Promise<string> {
    const length = size === undefined ? { "upload-defer-length": "1" } : { "upload-length": String(size) };
    // One that was made and never heard of expires by itself.
    const request = { method: "POST", path: PATH, headers: { ...TUS, ...length }, repeatable: true, signal } as const;
    const location = (await this.#transport.headers(request)).get("location");
    const id = location?.split("/").at(-1);
    if (id) return id;
    throw makeError(
      "unexpected-answer",
      "The server's answer to a new upload has no Location, or hides it from pages.",
    );
  }

  /** Bytes that have arrived for good; undefined where the server knows no such upload any more. */
  async offsetOf(uploadId: string, signal: AbortSignal | undefined): Promise<number | undefined> {
    try {
      return readOffset(
        await this.#transport.headers({ method: "HEAD", path: pathOf(uploadId), headers: TUS, signal }),
      );
    } catch (error) {
      if (error instanceof NotFoundError) return undefined;
      throw error;
    }
  }

  /** Sends all of a part, over as many connections as it takes; only so many in a row may bring nothing. */
  async send(part: Part, place: Place): Promise<void> {
    const end = place.offset + sizeOf(part);
    let { offset } = place;
    for (let failures = 0; offset < end; ) {
      try {
        offset = await this.#patch(partOf(part, offset - place.offset, end - place.offset), { ...place, offset });
      } catch (error) {
        const reached = await this.#mend(error, failures, place);
        failures = reached > offset ? 0 : failures + 1;
        offset = reached;
      }
    }
  }

  /** Says that the bytes up to here are all. */
  async finish({ uploadId, offset, signal }: Place): Promise<void> {
    const headers = { ...PATCH_HEADERS, "upload-offset": String(offset), "upload-length": String(offset) };
    const body = new Uint8Array(0);
    await this.#transport.headers({
      method: "PATCH",
      path: pathOf(uploadId),
      headers,
      body,
      repeatable: true,
      signal,
    });
  }

  /** Frees what the server holds of it. */
  async delete(uploadId: string): Promise<void> {
    await this.#transport.headers({ method: "DELETE", path: pathOf(uploadId), headers: TUS });
  }

  async #patch(body: Part, { uploadId, offset, signal }: Place): Promise<number> {
    const headers = { ...PATCH_HEADERS, "upload-offset": String(offset) };
    return readOffset(
      await this.#transport.headers({ method: "PATCH", path: pathOf(uploadId), headers, body, signal }),
    );
  }

  /** How far the upload is; throws the error where no further attempt would mend it. */
  async #mend(error: unknown, failures: number, { uploadId, offset, signal }: Place): Promise<number> {
    const isMendable = error instanceof ModelRegistryError && MENDABLE.has(error.code);
    if (!isMendable || failures >= this.#transport.retries) throw error;
    await wait(backoffDelay(failures), signal);
    const reached = await this.offsetOf(uploadId, signal);
    // What is before the part can't be sent again.
    if (reached === undefined || reached < offset) throw error;
    return reached;
  }
}

const PATCH_HEADERS = { ...TUS, "content-type": "application/offset+octet-stream" };

function pathOf(uploadId: string): string {
  return `${PATH}/${encodeURIComponent(uploadId)}`;
}

function readOffset(headers: Headers): number {
  const offset = headers.get("upload-offset");
  if (offset !== null && /^\d+$/.test(offset)) return Number(offset);
  throw makeError("unexpected-answer", "The server's answer has no Upload-Offset, or hides it from pages.");
}
