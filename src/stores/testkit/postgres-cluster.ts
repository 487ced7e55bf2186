import { type ChildProcess, execFile, spawn } from "node:child_process";
import { chown, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { findPostgresBinaries, type PostgresBinaries } from "./postgres-binaries.ts";

/** A PostgreSQL server that lives as long as the tests. */
export interface PostgresCluster {
  /** Its `postgres` database, as a superuser; reached through a socket in a private folder, so no port is taken. */
  readonly url: string;
  /** Resolves when the server has ended and its files are gone. */
  stop(): Promise<void>;
}

// Most real installations sort text by language, so the tests do too: a query that needs byte order has to say so.
const INITDB = ["--username=postgres", "--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C"];
const LINGUISTIC = ["--locale-provider=icu", "--icu-locale=en-US"];

// The data is thrown away: nothing needs to survive a power cut.
const SETTINGS = {
  listen_addresses: "",
  fsync: "off",
  synchronous_commit: "off",
  full_page_writes: "off",
  max_connections: "200",
  shared_buffers: "64MB",
  autovacuum: "off",
};

export async function startPostgresCluster(): Promise<PostgresCluster> {
  const binaries = await findPostgresBinaries();
  const folder = await mkdtemp(join(tmpdir(), "modelregistry-pg-"));
  try {
    if (binaries.account) await chown(folder, binaries.account.uid, binaries.account.gid);
    const data = join(folder, "data");
    await promisify(execFile)(binaries.initdb, [`--pgdata=${data}`, ...INITDB, ...LINGUISTIC], binaries.account);
    const server = await startServer(binaries, data, folder);
    return {
      url: `postgresql://postgres@localhost/postgres?host=${encodeURIComponent(folder)}`,
      stop: () => stopServer(server, folder),
    };
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

function startServer(binaries: PostgresBinaries, data: string, sockets: string): Promise<ChildProcess> {
  const settings = Object.entries({ ...SETTINGS, unix_socket_directories: sockets });
  const server = spawn(
    binaries.postgres,
    ["-D", data, ...settings.flatMap(([name, value]) => ["-c", `${name}=${value}`])],
    {
      ...binaries.account,
      // Its own group: Ctrl-C in the terminal is for the tests, which then stop it in order.
      detached: true,
      stdio: ["ignore", "ignore", "pipe"],
    },
  );
  return new Promise((resolve, reject) => {
    let log = "";
    server.stderr.setEncoding("utf8").on("data", (text: string) => {
      if (log.length < 10_000) log += text;
      if (text.includes("ready to accept connections")) resolve(server);
    });
    server.on("error", reject);
    server.on("exit", (code) => reject(new Error(`PostgreSQL ended with ${code} as it started:\n${log}`)));
  });
}

async function stopServer(server: ChildProcess, folder: string): Promise<void> {
  if (server.exitCode === null && server.signalCode === null) {
    const ended = new Promise((resolve) => server.once("exit", resolve));
    // "Immediate shutdown": nothing of it will be used again.
    server.kill("SIGQUIT");
    await ended;
  }
  await rm(folder, { recursive: true, force: true });
}
