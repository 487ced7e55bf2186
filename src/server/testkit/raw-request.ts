import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";

/** A request as it is: unlike `fetch`, the path goes out untouched, so that `..` and odd escapes reach the server. */
export interface RawRequest {
  method?: string;
  headers?: Record<string, string>;
  body?: Uint8Array | string;
}

export interface RawAnswer {
  status: number;
  headers: IncomingMessage["headers"];
  body: Buffer;
}

export async function rawRequest(url: string, path: string, options: RawRequest = {}): Promise<RawAnswer> {
  const { hostname, port } = new URL(url);
  const { method = "GET", headers = {}, body } = options;
  const outgoing = request({ hostname, port, path, method, headers, agent: false });
  outgoing.end(body);
  const [incoming] = (await once(outgoing, "response")) as [IncomingMessage];
  const chunks: Buffer[] = await incoming.toArray();
  return { status: incoming.statusCode ?? 0, headers: incoming.headers, body: Buffer.concat(chunks) };
}
