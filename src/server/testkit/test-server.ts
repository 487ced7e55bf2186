import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RegistryEvent } from "../../core/events.ts";
import { SqliteMetadataStore } from "../../stores/sql/sqlite/sqlite-metadata-store.ts";
import { startServer } from "../compose.ts";
import { readConfig } from "../config/config.ts";

/** The whole server on a free port, with a data folder of its own. */
export interface TestServer {
  readonly url: string;
  /** Its data folder. */
  readonly directory: string;
  /** An operation of MLflow's REST API below `/api/2.0/mlflow/`: a GET's fields go into the query, others' into the body. */
  mlflow(method: string, path: string, fields?: object): Promise<TestAnswer>;
  /** Everything in the outbox, oldest first. */
  events(): Promise<RegistryEvent[]>;
  close(): Promise<void>;
}

export interface TestAnswer {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers whose shape is what they test
  body: any;
}

/** Starts one; the test closes it. */
export async function startTestServer(): Promise<TestServer> {
  const data = mkdtempSync(join(tmpdir(), "modelregistry-server-"));
  const server = await startServer(readConfig(["--port", "0", "--data", data, "--log-level", "silent"], {}));
  return {
    url: server.url,
    directory: data,
    mlflow: (method, path, fields) => call(server.url, method, path, fields),
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

/** A list becomes a repeated field. */
function toQuery(fields: object): URLSearchParams {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) {
    for (const item of Array.isArray(value) ? value : [value]) query.append(name, String(item));
  }
  return query;
}
