import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RegistryEvent } from "../../core/events.ts";
import { SqliteMetadataStore } from "../../stores/sql/sqlite/sqlite-metadata-store.ts";
import { startServer } from "../compose.ts";
import { type Config, readConfig } from "../config/config.ts";

/** The whole server on a free port, with a data folder of its own. */
export interface TestServer {
  readonly url: string;
  /** Its data folder. */
  readonly directory: string;
  /** An operation of MLflow's REST API below `/api/2.0/mlflow/`: a GET's fields go into the query, others' into the body. */
  mlflow(method: string, path: string, fields?: object): Promise<TestAnswer>;
  /**
   * An operation of the Kubeflow Model Registry API below its prefix: `path` may have a query; a body that is no text is sent as JSON.
   * An answer without a body has an undefined one.
   */
  kubeflow(method: string, path: string, body?: object | string, version?: "v1alpha3" | "v1"): Promise<TestAnswer>;
  /** Everything in the outbox, oldest first. */
  events(): Promise<RegistryEvent[]>;
  close(): Promise<void>;
}

export interface TestAnswer {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers whose shape is what they test
  body: any;
}

export interface TestServerOptions {
  /** The folder in which its data gets one of its own. */
  within?: string;
  /** What differs from the usual settings. */
  config?: Partial<Config>;
}

/** Starts one; the test closes it. */
export async function startTestServer({ within = tmpdir(), config }: TestServerOptions = {}): Promise<TestServer> {
  const data = mkdtempSync(join(within, "modelregistry-server-"));
  const settings = readConfig(["--port", "0", "--data", data, "--log-level", "silent"], {});
  const server = await startServer({ ...settings, ...config });
  return {
    url: server.url,
    directory: data,
    mlflow: (method, path, fields) => call(server.url, method, path, fields),
    kubeflow: (method, path, body, version) => callKubeflow(server.url, method, path, body, version),
    events: () => readEvents(join(data, "registry.db")),
    async close() {
      await server.close();
      rmSync(data, { recursive: true });
    },
  };
}

async function readEvents(databasePath: string): Promise<RegistryEvent[]> {
  const store = SqliteMetadataStore.openReadOnly(databasePath);
  try {
    return (await store.read(({ events }) => events.getEvents(0, 10_000))).map(({ event }) => event);
  } finally {
    await store.close();
  }
}

async function call(url: string, method: string, path: string, fields: object = {}): Promise<TestAnswer> {
  const target = `${url}/api/2.0/mlflow/${path}`;
  const response =
    method === "GET"
      ? await fetch(`${target}?${toQuery(fields)}`)
      : await fetch(target, {
          method,
          headers: { "content-type": "application/json" },
          body: JSON.stringify(fields),
        });
  return { status: response.status, body: JSON.parse(await response.text()) };
}

async function callKubeflow(
  url: string,
  method: string,
  path: string,
  body: object | string | undefined,
  version = "v1alpha3",
): Promise<TestAnswer> {
  const text = typeof body === "object" ? JSON.stringify(body) : body;
  const response = await fetch(`${url}/api/model_registry/${version}/${path}`, {
    method,
    ...(text !== undefined && { body: text, headers: { "content-type": "application/json" } }),
  });
  const answer = await response.text();
  return { status: response.status, body: answer === "" ? undefined : JSON.parse(answer) };
}

/** A list becomes a repeated field. */
function toQuery(fields: object): URLSearchParams {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) {
    for (const item of Array.isArray(value) ? value : [value]) query.append(name, String(item));
  }
  return query;
}
