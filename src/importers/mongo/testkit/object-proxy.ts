import { once } from "node:events";
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What to do with the answer to a request for an object's bytes; nothing to let it pass. */
export type Interference = (
  path: string,
  range: string | undefined,
) => { breakAfter?: number; damage?: boolean; refuse?: boolean } | undefined;

/** An S3 server behind something that spoils connections. */
export interface ObjectProxy {
  readonly url: string;
  /** Path and range of each request for bytes so far. */
  readonly reads: { path: string; range: string | undefined }[];
  interfere: Interference;
  close(): void;
}

/** `breakAfter`: ends the connection behind so many bytes; `damage`: turns the bits of each first byte; `refuse`: makes the
 * signature a wrong one. */
export async function startObjectProxy(target: string): Promise<ObjectProxy> {
  const server = createServer((incoming, answer) => pass(target, proxy, incoming, answer)).listen(0, "127.0.0.1");
  await once(server, "listening");
  const proxy: ObjectProxy = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    reads: [],
    interfere: () => undefined,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
  return proxy;
}

function pass(target: string, proxy: ObjectProxy, incoming: IncomingMessage, answer: ServerResponse): void {
  const { method, url = "", headers } = incoming;
  const path = decodeURIComponent(url.replace(/\?.*/, ""));
  if (method === "GET") proxy.reads.push({ path, range: headers.range });
  const spoiled = (method === "GET" && proxy.interfere(path, headers.range)) || {};
  const { breakAfter = Number.POSITIVE_INFINITY, damage, refuse } = spoiled;
  const authorization = headers.authorization?.replace(/Signature=..../, refuse ? "Signature=0000" : "$&");
  const outgoing = request(
    `${target}${url}`,
    { method: method ?? "", headers: { ...headers, authorization } },
    (received) => {
      answer.writeHead(received.statusCode ?? 502, received.headers);
      let passed = 0;
      received.on("data", (chunk: Buffer) => {
        if (damage && passed === 0) chunk[0] = ~(chunk[0] ?? 0);
        passed += chunk.length;
        if (passed > breakAfter) answer.destroy();
        else if (!answer.write(chunk)) received.pause();
      });
      answer.on("drain", () => received.resume());
      answer.on("close", () => received.destroy());
      received.on("end", () => answer.end());
    },
  );
  outgoing.on("error", () => answer.destroy());
  incoming.pipe(outgoing);
}
