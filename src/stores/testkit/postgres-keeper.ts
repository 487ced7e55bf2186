/**
 * A program: starts a PostgreSQL server, prints its URL as a line, and stops it when its own standard input ends. The
 * end comes even when the process that started it was killed, so no test leaves a server behind.
 */
import { startPostgresCluster } from "./postgres-cluster.ts";

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => process.stdin.destroy());

const cluster = await startPostgresCluster();
process.stdout.write(`${cluster.url}\n`);
await new Promise((resolve) => process.stdin.resume().on("close", resolve));
await cluster.stop();
