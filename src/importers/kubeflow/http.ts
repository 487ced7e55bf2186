import { setTimeout } from "node:timers/promises";
import { parseJson } from "../../core/json.ts";
import { SourceError } from "../source-error.ts";

/** Waits between the attempts of one request, in milliseconds: a restart of the source is outlived. */
const WAITS_MS = [500, 1000, 2000, 4000, 8000];
const TIMEOUT_MS = 120_000;

interface Answer {
  status: number;
  text: string;
}

/** Reads JSON from a server. Throws `SourceError`. */
export class JsonClient {
  readonly #headers: Record<string, string>;

  /** `token` goes out as `Authorization: Bearer`. */
  constructor(token?: string) {
    this.#headers = { accept: "application/json", ...(token && { authorization: `Bearer ${token}` }) };
  }

  /** One attempt; the body is undefined for 404, and for what is no JSON. Throws for a server that can't be reached or refuses. */
  async probe(url: string): Promise<unknown> {
    const answer = await this.#request(url);
    if (answer.status === 401 || answer.status === 403) throw refused(url, answer);
    if (answer.status >= 500) throw unexpected(url, answer);
    return answer.status === 200 ? parseLeniently(answer.text) : undefined;
  }

  /** The body of a 200. Breaks of the connection, 429 and 5xx are tried again. */
  async get(url: string): Promise<unknown> {
    const answer = await this.#requestPatiently(url);
    if (answer.status === 401 || answer.status === 403) throw refused(url, answer);
    const body = answer.status === 200 ? parseLeniently(answer.text) : undefined;
    if (body === undefined) throw unexpected(url, answer);
    return body;
  }

  async #requestPatiently(url: string): Promise<Answer> {
    for (const wait of WAITS_MS) {
      const answer = await this.#request(url).catch((error: unknown) => {
        if (error instanceof SourceError) return undefined;
        throw error;
      });
      if (answer !== undefined && answer.status !== 429 && answer.status < 500) return answer;
      await setTimeout(wait);
    }
    return this.#request(url);
  }

  async #request(url: string): Promise<Answer> {
    try {
      const response = await fetch(url, { headers: this.#headers, signal: AbortSignal.timeout(TIMEOUT_MS) });
      return { status: response.status, text: await response.text() };
    } catch (error) {
      throw new SourceError(unreachable(url, error));
    }
  }
}

function parseLeniently(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}

function refused(url: string, { status }: Answer): SourceError {
  return new SourceError(
    `${url} answers ${status}. Give a token that may read it with --token or MODEL_REGISTRY_TOKEN.`,
  );
}

function unexpected(url: string, { status, text }: Answer): SourceError {
  return new SourceError(
    `${url} answers ${status}, which is no page of a list: ${JSON.stringify(text.trim().slice(0, 300))}.`,
  );
}

function unreachable(url: string, error: unknown): string {
  const { origin } = new URL(url);
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
  if (code.includes("CERT") || code.includes("VERIFY")) {
    return `The certificate of ${origin} is not trusted here (${code}). Give the certificate of its authority with --ca-file.`;
  }
  if (code === "EPROTO")
    return `${origin} does not speak TLS as it should. If it speaks plain HTTP, give http:// instead of https://.`;
  const reason = cause instanceof Error ? cause.message || code || cause.name : String(cause);
  return `${origin} can't be reached: ${reason}. Check the address, and that the server runs.`;
}
