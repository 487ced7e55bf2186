import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import type { Socket } from "node:net";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import pg from "pg";

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
  startedServer ??= startKeptServer();
  return startedServer;
}

/** Starts a server that ends with this process, however that ends. */
async function startKeptServer(): Promise<string> {
  const program = fileURLToPath(new URL("./postgres-keeper.ts", import.meta.url));
  const keeper = spawn(process.execPath, [program], { stdio: ["pipe", "pipe", "inherit"], detached: true });
  const url = await firstLine(keeper);
  keeper.unref();
  // A pipe that is open keeps Node alive too; its end is what tells the keeper that we are gone.
  (keeper.stdin as Socket).unref();
  (keeper.stdout as Socket).unref();
  return url;
}

async function firstLine(keeper: ChildProcess): Promise<string> {
  if (!keeper.stdout) throw new Error("PostgreSQL's keeper has no output");
  const ended = once(keeper, "exit").then(([code]) => {
    throw new Error(`PostgreSQL did not start (its keeper ended with ${code}; the reason is above)`);
  });
  const line = once(createInterface({ input: keeper.stdout }), "line").then(([text]) => String(text));
  return Promise.race([line, ended]);
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
