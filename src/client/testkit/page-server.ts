import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { stripTypeScriptTypes } from "node:module";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import type { PageReport } from "./page.ts";

const CLIENT = new URL("../", import.meta.url);
const HASHES = new URL("../../../node_modules/@noble/hashes/", import.meta.url);

const PAGE = `<!doctype html>
<meta charset="utf-8">
<script type="importmap">{"imports": {"@noble/hashes/": "/hashes/"}}</script>
<script type="module" src="/client/testkit/page.ts"></script>
`;

/** An origin of its own, with a page that uses the client as a browser loads it: module by module, without its types. */
export interface PageServer {
  readonly origin: string;
  /** Resolves when the page has said what it has seen. */
  readonly report: Promise<PageReport>;
  close(): Promise<void>;
}

/** Starts one; the test closes it. */
export async function startPageServer(): Promise<PageServer> {
  const report = Promise.withResolvers<PageReport>();
  const server = createServer((request, response) => {
    answer(request, response, report.resolve).catch((error: unknown) => {
      response.writeHead(404).end();
      // A page whose modules can't be loaded says nothing itself.
      if (!request.url?.startsWith("/favicon")) report.reject(error);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    report: report.promise,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  onReport: (report: PageReport) => void,
): Promise<void> {
  const { pathname } = new URL(request.url ?? "/", "http://page");
  if (pathname === "/report") {
    onReport(JSON.parse(await text(request)));
    response.end();
  } else if (pathname === "/") {
    response.writeHead(200, { "content-type": "text/html" }).end(PAGE);
  } else {
    const source = await readModule(pathname);
    response.writeHead(200, { "content-type": "text/javascript" }).end(source);
  }
}

async function readModule(pathname: string): Promise<string> {
  const [, folder, path = ""] = /^\/(client|hashes)\/(.+)$/.exec(pathname) ?? [];
  const source = await readFile(new URL(path, folder === "client" ? CLIENT : HASHES), "utf8");
  return path.endsWith(".ts") ? stripTypeScriptTypes(source) : source;
}
