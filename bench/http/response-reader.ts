/** One HTTP/1.1 answer. `body` is empty when the reader was told to count only. */
export interface HttpResponse {
  status: number;
  body: Buffer;
  bytes: number;
  keepAlive: boolean;
}

const HEAD_END = Buffer.from("\r\n\r\n");
const LINE_END = Buffer.from("\r\n");
const EMPTY = Buffer.alloc(0);

/** Reads one answer from the chunks of a socket: Content-Length, chunked, or until the connection closes. */
export class ResponseReader {
  readonly #countOnly: boolean;
  #pending: Buffer = EMPTY;
  #head: { status: number; keepAlive: boolean } | undefined;
  #remaining = 0;
  #framing: "length" | "chunked" | "close" = "close";
  #parts: Buffer[] = [];
  #bytes = 0;

  /** @param countOnly drop the body and count its bytes: for downloads too large to keep */
  constructor(countOnly: boolean) {
    this.#countOnly = countOnly;
  }

  /** Takes the next bytes; returns the answer once it is whole. */
  push(chunk: Buffer): HttpResponse | undefined {
    let data = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk]);
    this.#pending = EMPTY;
    if (this.#head === undefined) {
      const end = data.indexOf(HEAD_END);
      if (end < 0) {
        this.#pending = data;
        return undefined;
      }
      this.#readHead(data.toString("latin1", 0, end));
      data = data.subarray(end + HEAD_END.length);
    }
    return this.#framing === "chunked" ? this.#readChunks(data) : this.#readPlain(data);
  }

  /** The connection closed: whole only if the answer's end was to be marked that way. */
  end(): HttpResponse | undefined {
    return this.#head !== undefined && this.#framing === "close" ? this.#finish() : undefined;
  }

  #readHead(head: string): void {
    const status = Number(head.slice(9, 12));
    const lower = head.toLowerCase();
    this.#head = { status, keepAlive: !lower.includes("\r\nconnection: close") };
    const length = /\r\ncontent-length: *(\d+)/.exec(lower);
    if (length?.[1] !== undefined || status === 204) {
      this.#framing = "length";
      this.#remaining = Number(length?.[1] ?? 0);
    } else if (lower.includes("\r\ntransfer-encoding: chunked")) {
      this.#framing = "chunked";
    }
  }

  #readPlain(data: Buffer): HttpResponse | undefined {
    this.#keep(data);
    if (this.#framing === "close") return undefined;
    this.#remaining -= data.length;
    return this.#remaining <= 0 ? this.#finish() : undefined;
  }

  #readChunks(data: Buffer): HttpResponse | undefined {
    let rest = data;
    for (;;) {
      if (this.#remaining > 0) {
        const taken = rest.subarray(0, this.#remaining);
        this.#keep(taken.subarray(0, Math.max(0, Math.min(taken.length, this.#remaining - LINE_END.length))));
        this.#remaining -= taken.length;
        rest = rest.subarray(taken.length);
        if (this.#remaining > 0) return undefined;
      }
      const lineEnd = rest.indexOf(LINE_END);
      if (lineEnd < 0) {
        this.#pending = rest;
        return undefined;
      }
      const size = Number.parseInt(rest.toString("latin1", 0, lineEnd), 16);
      if (size === 0) return this.#lastChunk(rest, lineEnd);
      rest = rest.subarray(lineEnd + LINE_END.length);
      this.#remaining = size + LINE_END.length;
    }
  }

  /** The last chunk's line and the empty line after it arrive together, or are waited for. */
  #lastChunk(rest: Buffer, lineEnd: number): HttpResponse | undefined {
    if (rest.length >= lineEnd + 2 * LINE_END.length) return this.#finish();
    this.#pending = rest;
    return undefined;
  }

  #keep(data: Buffer): void {
    this.#bytes += data.length;
    if (!this.#countOnly && data.length > 0) this.#parts.push(data);
  }

  #finish(): HttpResponse {
    const [first = EMPTY] = this.#parts;
    const body = this.#parts.length > 1 ? Buffer.concat(this.#parts) : first;
    return { status: this.#head?.status ?? 0, keepAlive: this.#head?.keepAlive ?? false, body, bytes: this.#bytes };
  }
}
