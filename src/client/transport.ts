import { backoffDelay, retryAfter, wait } from "./backoff.ts";
import { Deadline } from "./deadline.ts";
import { ModelRegistryError, makeError } from "./errors.ts";
import { problemOf } from "./problems.ts";

/** How a client reaches its server. */
export interface ClientOptions {
  /** Bearer token, or what gives the current one before each request. */
  token?: string | (() => string | Promise<string>);
  /** More headers for each request. */
  headers?: Readonly<Record<string, string>>;
  /** Longest silence of the server, in milliseconds (30,000). A request that sends bytes has a second more for each 64 KiB of them. */
  timeoutMs?: number;
  /**
   * How often a failed request is sent again (4), each time after twice the delay, or what `Retry-After` asks for. A transfer that makes
   * progress begins to count anew.
   */
  retries?: number;
  /** Used instead of the global `fetch`. */
  fetch?: typeof globalThis.fetch;
}

/** Options that every operation has. */
export interface RequestOptions {
  /** Ends the operation; it throws the signal's reason. */
  signal?: AbortSignal | undefined;
}

export type QueryValue = string | number | undefined;

export interface HttpRequest {
  method: "GET" | "HEAD" | "POST" | "PATCH" | "DELETE" | "OPTIONS";
  /** Below the server's address; its parameters are percent-encoded. */
  path: string;
  /** What is undefined is left out; a list is a repeated parameter. */
  query?: Readonly<Record<string, QueryValue | readonly string[]>>;
  headers?: Readonly<Record<string, string>>;
  /** Can be sent several times. */
  body?: Blob | Uint8Array<ArrayBuffer> | FormData;
  /** Sent as JSON. */
  json?: unknown;
  /** Sending it twice does the same as sending it once: so it is sent again where an answer got lost. GET, HEAD and DELETE are. */
  repeatable?: boolean;
  /** Bytes that the server has and goes through before it answers. */
  storedBytes?: number;
  signal?: AbortSignal | undefined;
}

/** An answer whose body is still to be read. */
export interface OpenResponse {
  response: Response;
  /** Extended by whoever reads, and ended. */
  deadline: Deadline;
}

/**
 * What one attempt came to: an answer, or a failure that another attempt may mend. `delayMs` says that nothing was done, and when to come
 * again; 0: when the client itself thinks right.
 */
type Attempt<T> = { value: T } | Failure;
type Failure = { error: ModelRegistryError; answerLost: boolean; delayMs?: number };

/** Ends the deadline, unless it hands it on. */
type ReadAnswer<T> = (open: OpenResponse) => Promise<T>;

const DEFAULT_TIMEOUT_MS = 30_000;
const DEFAULT_RETRIES = 4;

/** Bytes a second: a connection that sends less is as good as broken. */
const SLOWEST_UPLOAD = 64 * 1024;

/** Bytes a second: a server that hashes and stores less is as good as broken. */
const SLOWEST_STORE = 8 * 1024 * 1024;

/** The server, or a proxy before it, asks to come again; of these two it is known that nothing was done. */
const NOT_DONE: ReadonlySet<number> = new Set([429, 503]);
const GATEWAY_FAILED: ReadonlySet<number> = new Set([502, 504]);

/** Requests to one server: its address and token, times, retries, and typed errors. */
export class Transport {
  readonly #base: string;
  readonly #options: ClientOptions;
  readonly timeoutMs: number;
  readonly retries: number;

  /** Throws `InvalidValueError` where `url` is no HTTP address. */
  constructor(url: string | URL, options: ClientOptions) {
    this.#base = parseAddress(url);
    this.#options = options;
    this.timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
    this.retries = options.retries ?? DEFAULT_RETRIES;
  }

  /**
   * The JSON of the answer; undefined where there is none. `recover` is asked where a request is refused after an answer got lost: that
   * one may have done it already. What it gives is the result then; with undefined, the refusal stands.
   */
  json<T>(request: HttpRequest, recover?: (error: ModelRegistryError) => Promise<T | undefined>): Promise<T> {
    return this.#send(request, readJson<T>, recover);
  }

  /** The answer as soon as its headers are there. */
  open(request: HttpRequest): Promise<OpenResponse> {
    return this.#send(request, async (open) => open);
  }

  /** The headers of the answer. */
  headers(request: HttpRequest): Promise<Headers> {
    return this.#send(request, readHeaders);
  }

  async #send<T>(
    request: HttpRequest,
    read: ReadAnswer<T>,
    recover?: (error: ModelRegistryError) => Promise<T | undefined>,
  ): Promise<T> {
    let isRepeated = false;
    for (let retry = 0; ; retry++) {
      const attempt = await this.#attempt(request, read);
      if ("value" in attempt) return attempt.value;
      const recovered = isRepeated ? await recover?.(attempt.error) : undefined;
      if (recovered !== undefined) return recovered;
      if (!mayRepeat(request, attempt) || retry >= this.retries) throw attempt.error;
      await wait(attempt.delayMs || backoffDelay(retry), request.signal);
      isRepeated ||= attempt.answerLost;
    }
  }

  async #attempt<T>(request: HttpRequest, read: ReadAnswer<T>): Promise<Attempt<T>> {
    request.signal?.throwIfAborted();
    const init = await this.#init(request);
    const deadline = new Deadline(this.timeoutMs + extraTime(request), request.signal);
    try {
      const response = await this.#fetch(this.#urlOf(request), { ...init, signal: deadline.signal });
      if (response.status < 400) return { value: await read({ response, deadline }) };
      const problem = await problemOf(response);
      deadline.end();
      return refusal(response, problem);
    } catch (error) {
      deadline.end();
      request.signal?.throwIfAborted();
      if (error instanceof ModelRegistryError) throw error;
      const failure = this.lostConnection(error, deadline);
      return neverSent(error)
        ? { error: failure, answerLost: false, delayMs: 0 }
        : { error: failure, answerLost: true };
    }
  }

  get #fetch(): typeof globalThis.fetch {
    return this.#options.fetch ?? globalThis.fetch.bind(globalThis);
  }

  /** What a failure of `fetch` or of reading an answer means. */
  lostConnection(error: unknown, deadline: Deadline): ModelRegistryError {
    const server = new URL(this.#base).origin;
    if (deadline.isOver) {
      const message = `${server} was silent for too long (timeoutMs is ${this.timeoutMs}). Try later, or allow more time.`;
      return makeError("timeout", message, { cause: error });
    }
    const message =
      `The connection to ${server} failed. Is the server running, and may it be reached from here? ` +
      "A page of another origin must be in its --allowed-origins.";
    return makeError("connection", message, { cause: error });
  }

  async #init({ method, headers, body, json }: HttpRequest): Promise<RequestInit> {
    const { token } = this.#options;
    const current = typeof token === "function" ? await token() : token;
    return {
      method,
      headers: {
        ...this.#options.headers,
        ...(current !== undefined && { authorization: `Bearer ${current}` }),
        ...(json !== undefined && { "content-type": "application/json" }),
        ...headers,
      },
      ...(body !== undefined && { body }),
      ...(json !== undefined && { body: JSON.stringify(json) }),
    };
  }

  #urlOf({ path, query = {} }: HttpRequest): string {
    const parameters = new URLSearchParams();
    for (const [name, value] of Object.entries(query)) {
      if (value === undefined) continue;
      for (const item of typeof value === "object" ? value : [value]) parameters.append(name, String(item));
    }
    return `${this.#base}${path}${parameters.size > 0 ? `?${parameters}` : ""}`;
  }
}

/** Without the slashes at its end. */
function parseAddress(url: string | URL): string {
  const address = URL.canParse(url) ? new URL(url) : undefined;
  if (address !== undefined && /^https?:$/.test(address.protocol) && address.username === "") {
    return `${address.origin}${address.pathname}`.replace(/\/+$/, "");
  }
  const message = `'${url}' is no address of a server. Give one such as http://127.0.0.1:5000, with a token in the options.`;
  throw makeError("invalid-value", message, { field: "url" });
}

function mayRepeat({ method, repeatable }: HttpRequest, { answerLost, delayMs }: Failure): boolean {
  if (!answerLost) return delayMs !== undefined;
  return repeatable ?? (method !== "POST" && method !== "PATCH");
}

/** Milliseconds that the bytes of a request may take at the slowest. */
function extraTime({ body, storedBytes = 0 }: HttpRequest): number {
  const sent = body === undefined ? 0 : sizeOf(body);
  return (sent / SLOWEST_UPLOAD + storedBytes / SLOWEST_STORE) * 1000;
}

function sizeOf(body: NonNullable<HttpRequest["body"]>): number {
  if (body instanceof Uint8Array) return body.byteLength;
  if (body instanceof Blob) return body.size;
  return [...body.values()].reduce((sum, part) => sum + (typeof part === "string" ? part.length : part.size), 0);
}

/** No connection came to be, as Node says it; browsers don't say. */
function neverSent(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && "code" in cause && (cause.code === "ECONNREFUSED" || cause.code === "ENOTFOUND");
}

function refusal({ status, headers }: Response, error: ModelRegistryError): Failure {
  if (GATEWAY_FAILED.has(status)) return { error, answerLost: true };
  if (!NOT_DONE.has(status)) return { error, answerLost: false };
  return { error, answerLost: false, delayMs: retryAfter(headers.get("retry-after")) ?? 0 };
}

async function readJson<T>({ response, deadline }: OpenResponse): Promise<T> {
  const text = await response.text();
  deadline.end();
  if (text === "") return undefined as T;
  try {
    return JSON.parse(text) as T;
  } catch (error) {
    const message =
      "The server's answer is no JSON. Is this the address of a model registry, and not of a page before it?";
    throw makeError("unexpected-answer", message, { status: response.status, cause: error });
  }
}

async function readHeaders({ response, deadline }: OpenResponse): Promise<Headers> {
  deadline.end();
  await response.body?.cancel();
  return response.headers;
}
