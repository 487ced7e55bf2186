/**
 * A program: starts a PostgreSQL server, prints its URL as a line, and stops it when its own standard input ends. The
 * end comes even when the process that started it was killed, so no test leaves a server behind.
 */
import { endOnSignals, keepServer } from "./kept-server.ts";
import { startPostgresCluster } from "./postgres-cluster.ts";

endOnSignals();
await keepServer(await startPostgresCluster());
