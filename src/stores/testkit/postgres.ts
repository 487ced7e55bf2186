import pg from "pg";
import { startKeptServer } from "./kept-server.ts";

/** A database of its own for one test, on a real server. */
export interface TestDatabase {
  /** `postgresql://…`, for `pg` and for the server's own configuration. */
  readonly url: string;
  /** Disconnects whoever is left and removes it. */
  drop(): Promise<void>;
}

let startedServer: Promise<string> | undefined;
let databases = 0;

/**
 * Creates an empty database. The server is the one at `MODELREGISTRY_TEST_POSTGRES_URL` (`npm test` sets it, so that
 * all test files share one; a person may point it at any PostgreSQL 16 or newer, as a user who may create databases);
 * without it, one is started on first use and ends with this process.
 *
 * ```ts
 * const database = await createTestDatabase();
 * after(() => database.drop());
 * ```
 */
export async function createTestDatabase(): Promise<TestDatabase> {
  const server = await serverUrl();
  const name = `test_${process.pid}_${Date.now().toString(36)}_${++databases}`;
  await runOn(server, `CREATE DATABASE ${name} TEMPLATE template0`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => runOn(server, `DROP DATABASE ${name} WITH (FORCE)`) };
}

function serverUrl(): Promise<string> {
  const shared = process.env.MODELREGISTRY_TEST_POSTGRES_URL;
  if (shared) return Promise.resolve(shared);
  startedServer ??= startKeptServer("./postgres-keeper.ts");
  return startedServer;
}

async function runOn(server: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: server });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
