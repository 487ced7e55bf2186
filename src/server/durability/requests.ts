import { createHash } from "node:crypto";

/** Sends a request and reads the whole answer; throws where it is refused, and `TypeError` where the connection breaks. */
export async function send(url: string, method: string, path: string, init: RequestInit = {}) {
  const response = await fetch(url + path, { method, ...init });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  return { headers: response.headers, text };
}

/** An operation of MLflow's API. */
export async function callMlflow(url: string, method: string, path: string, body?: object) {
  const { text } = await send(url, method, `/api/2.0/mlflow/${path}`, {
    ...(body && { headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
  });
  return JSON.parse(text) as Record<string, unknown>;
}

export function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
