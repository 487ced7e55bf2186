import { makeError } from "../errors.ts";
import type { OpenResponse, QueryValue, RequestOptions, Transport } from "../transport.ts";
import type { Progress } from "./progress.ts";
import { createSha256, digestInHeader, type Sha256 } from "./sha256.ts";
import { type BodyPlan, rangeHeaders, VerifiedBody } from "./verified-body.ts";

/** A part of a file, in bytes. */
export interface ByteRange {
  /** Of the first byte, from 0. */
  start: number;
  /** Behind the last byte; the end of the file where it is absent. */
  end?: number;
}

export interface DownloadOptions extends RequestOptions {
  /** Called after each piece. */
  onProgress?: (progress: Progress) => void;
  /** This part alone, of which the digest can't be checked. Not of a zip. */
  range?: ByteRange;
}

/** Bytes that are on their way. Read them once, by one of `stream`, `bytes` and `blob`; or cancel the stream, which holds a connection. */
export interface Download {
  /** That the server proposes. */
  readonly fileName: string | undefined;
  /** Bytes that come; undefined where the server doesn't say. */
  readonly size: number | undefined;
  /** Of the whole file, as 64 hexadecimal digits; undefined for an archive. */
  readonly sha256: string | undefined;
  /**
   * The bytes as they come. A broken connection is mended by asking for the rest. In the end the stream fails with `DigestMismatchError`
   * where the bytes are not those of the digest: what it gave is not to be used before it has ended.
   */
  readonly stream: ReadableStream<Uint8Array<ArrayBuffer>>;
  /** All bytes in memory, verified. */
  bytes(): Promise<Uint8Array<ArrayBuffer>>;
  /** All bytes as a blob, which a browser may keep on its disk, verified. */
  blob(): Promise<Blob>;
}

/** What is to be downloaded. */
export interface Target {
  path: string;
  query?: Readonly<Record<string, QueryValue>>;
}

/** Bytes that an earlier download has brought: it goes on behind them. */
export interface EarlierBytes {
  size: number;
  /** Has seen them. */
  hash: Sha256;
  /** Of the whole. */
  sha256: string;
}

/** Asks for the bytes; `isContinued` says whether those behind the earlier ones come, or all. */
export async function startDownload(
  transport: Transport,
  target: Target,
  { range, signal, onProgress }: DownloadOptions,
  earlier?: EarlierBytes,
): Promise<Download & { isContinued: boolean }> {
  const wantedStart = earlier?.size ?? range?.start ?? 0;
  const request = { method: "GET", ...target, signal } as const;
  const headers = rangeHeaders(wantedStart, range?.end, earlier && `"${earlier.sha256}"`);
  const open = await transport.open({ ...request, headers });
  const isPart = open.response.status === 206;
  if (range !== undefined && "range" in headers && !isPart) throw noRange(open);
  const answer = readAnswer(open.response.headers);
  const start = isPart ? wantedStart : 0;
  const body = new VerifiedBody(transport, request, open, {
    start,
    end: answer.size === undefined ? undefined : start + answer.size,
    etag: answer.etag,
    expected: range === undefined ? await expectedOf(answer.sha256, isPart ? earlier : undefined) : undefined,
    onProgress,
  });
  return { ...describe(body.stream(), answer), isContinued: isPart && earlier !== undefined };
}

async function expectedOf(
  sha256: string | undefined,
  earlier: EarlierBytes | undefined,
): Promise<BodyPlan["expected"]> {
  if (sha256 === undefined) return undefined;
  return { sha256, hash: earlier?.hash ?? (await createSha256()) };
}

interface Answer {
  size: number | undefined;
  etag: string | undefined;
  sha256: string | undefined;
  fileName: string | undefined;
}

function readAnswer(headers: Headers): Answer {
  const length = headers.get("content-length");
  const etag = headers.get("etag");
  return {
    size: length === null ? undefined : Number(length),
    // Without it, or without ranges, the rest of bytes that break off can't be asked for.
    etag: etag?.startsWith('"') && headers.get("accept-ranges") !== "none" ? etag : undefined,
    sha256: digestInHeader(headers.get("repr-digest")),
    fileName: fileNameIn(headers.get("content-disposition") ?? ""),
  };
}

function describe(stream: Download["stream"], { size, sha256, fileName }: Answer): Download {
  return {
    fileName,
    size,
    sha256,
    stream,
    bytes: async () => new Uint8Array(await new Response(stream).arrayBuffer()),
    blob: async () => new Response(stream).blob(),
  };
}

/** RFC 6266: the encoded name where there is one. */
function fileNameIn(contentDisposition: string): string | undefined {
  const [, encoded] = /filename\*=UTF-8''([^;\s]+)/i.exec(contentDisposition) ?? [];
  if (encoded !== undefined) return decodeURIComponent(encoded);
  const [, quoted, token] = /filename=(?:"((?:[^"\\]|\\.)*)"|([^\s;]+))/i.exec(contentDisposition) ?? [];
  return quoted?.replace(/\\(.)/g, "$1") ?? token;
}

function noRange({ deadline }: OpenResponse): Error {
  deadline.cancel();
  return makeError("unexpected-answer", "The server sends no part of this. Download it whole.");
}
