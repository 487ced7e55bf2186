import { Agent, request } from "node:http";
import type { Answer, Step } from "./types.ts";

const agent = new Agent({ keepAlive: true, maxSockets: 4 });
const REQUEST_TIMEOUT_MS = 30_000;

/**
 * Sends a step whose placeholders are filled. Not `fetch`, because it refuses a body on GET and tidies `..` and `%2e%2e` out of
 * paths, and both are things to test.
 */
export function send(baseUrl: string, step: Step): Promise<Answer> {
  const payload = step.rawBody ?? (step.body === undefined ? undefined : JSON.stringify(step.body));
  const headers: Record<string, string> = { ...step.headers };
  const contentType = step.contentType === undefined && payload !== undefined ? "application/json" : step.contentType;
  if (contentType) headers["content-type"] = contentType;
  if (payload !== undefined) headers["content-length"] = String(Buffer.byteLength(payload));
  const { hostname, port } = new URL(baseUrl);
  return new Promise((resolve, reject) => {
    const outgoing = request(
      { agent, hostname, port, method: step.method, path: fullPath(step), headers, timeout: REQUEST_TIMEOUT_MS },
      (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
        incoming.on("error", reject);
        incoming.on("end", () =>
          resolve({
            status: incoming.statusCode ?? 0,
            headers: flatHeaders(incoming.headers),
            text: Buffer.concat(chunks).toString("utf8"),
          }),
        );
      },
    );
    outgoing.on("timeout", () => outgoing.destroy(new Error(`no answer within ${REQUEST_TIMEOUT_MS} ms`)));
    outgoing.on("error", (error: NodeJS.ErrnoException) => {
      const closedWhileIdle = outgoing.reusedSocket && error.code === "ECONNRESET";
      if (closedWhileIdle) send(baseUrl, step).then(resolve, reject);
      else reject(error);
    });
    outgoing.end(payload);
  });
}

/** The path and query string as they go on the wire. */
export function fullPath(step: Step): string {
  const path = step.path.startsWith("/") ? step.path : `/api/2.0/mlflow/${step.path}`;
  const pairs = Object.entries(step.query ?? {}).flatMap(([key, value]) => [value].flat().map((item) => [key, item]));
  const query = pairs.map((pair) => pair.map((part) => encodeURIComponent(part ?? "")).join("=")).join("&");
  return query === "" ? path : `${path}?${query}`;
}

function flatHeaders(headers: NodeJS.Dict<string | string[]>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value].flat().join(", ")]));
}
