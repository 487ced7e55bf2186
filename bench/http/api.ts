import type { Connection, RequestOptions } from "./connection.ts";

/** Where a request goes and what it carries: the query for GET, the JSON body otherwise. */
export interface Call {
  method: string;
  path: string;
  body?: string;
}

const REST = "/api/2.0/mlflow/";

/** A POST of MLflow's REST API; `body` is a JSON text, so that hot loops may build it without an object. */
export function post(path: string, body: string): Call {
  return { method: "POST", path: REST + path, body };
}

/** A GET of MLflow's REST API; a value of several items repeats the key, as MLflow's clients send it. */
export function get(path: string, query: Record<string, string | number>): Call {
  const pairs = Object.entries(query).map(([key, value]) => [key, String(value)]);
  return { method: "GET", path: `${REST}${path}?${new URLSearchParams(pairs)}` };
}

/** Sends a call that has to succeed and returns the body's bytes. */
export async function send(connection: Connection, call: Call, options?: RequestOptions): Promise<Buffer> {
  const response = await connection.request(call.method, call.path, call.body, options);
  if (response.status !== 200 && response.status !== 201) {
    const text = response.body.toString().slice(0, 400);
    throw new Error(`${call.method} ${call.path.slice(0, 200)} answered ${response.status}: ${text}`);
  }
  return response.body;
}

/** Sends a call that has to succeed and parses its answer. The caller knows the shape; only benchmarks may be so trusting. */
export async function ask<Answer>(connection: Connection, call: Call): Promise<Answer> {
  return JSON.parse((await send(connection, call)).toString()) as Answer;
}
